"""Tests of `skillmem.consolidation`."""
