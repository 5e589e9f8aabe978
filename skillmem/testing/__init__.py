"""Public fakes, and contract suites for every seam. Import each from its own module."""
