"""Tests of `skillmem.structure`."""
