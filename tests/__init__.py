"""Tests of the promises that skillmem makes."""
