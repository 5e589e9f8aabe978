"""The household held to ALFWorld's own engine: both play the same, and are compared."""
