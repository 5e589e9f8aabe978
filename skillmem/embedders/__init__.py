"""Embedders: adapters that turn texts into vectors."""

from skillmem.embedders.static import StaticEmbedder

__all__ = ["StaticEmbedder"]
