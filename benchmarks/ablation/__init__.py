"""What each part of consolidation is worth: the memory as it is, and without it."""
