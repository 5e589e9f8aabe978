"""The record of truth, in a SQL database."""

from __future__ import annotations

from skillmem.stores.sql import SqlStore

__all__ = ["SqlStore"]
