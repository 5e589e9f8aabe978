"""The page that tells of runs is made of their results."""
