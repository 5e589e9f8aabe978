"""A memory of their own runs for language-model agents."""
