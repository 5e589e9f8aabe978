"""Environments that agents play: each module here offers `make(**options)`, giving a suite."""
