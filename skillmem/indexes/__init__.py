"""Views of the store in which nearest vectors are found."""

from __future__ import annotations

from skillmem.indexes.exact import ExactIndex

__all__ = ["ExactIndex"]
