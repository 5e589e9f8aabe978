"""The oracle keeps the contract by which it judges others."""

from __future__ import annotations

from skillmem.testing.indexes import OracleIndex, VectorIndexContract


class TestOracleIndex(VectorIndexContract):
    """By plain loops."""

    def make_index(self) -> OracleIndex:
        """Make an index."""
        return OracleIndex()
