"""Templates of questions to models, and the parsers of their answers."""
