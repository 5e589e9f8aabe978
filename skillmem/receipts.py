"""Receipts that wait to be written: a retrieval is never slowed or failed by them."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from skillmem.types import Retrieval

MOST = 4096


class Receipts:
    """The newest retrievals of this process, until an episode names them or the memory closes.

    Safe to use from several threads. Beyond `most` the oldest are given up.
    """

    def __init__(self, *, most: int = MOST) -> None:
        self._most = most
        self._queued: dict[str, Retrieval] = {}
        self._lock = threading.Lock()

    def keep(self, retrieval: Retrieval) -> None:
        """Queue a retrieval."""
        with self._lock:
            self._queued[retrieval.id] = retrieval
            if len(self._queued) > self._most:
                del self._queued[next(iter(self._queued))]

    def take(self, retrieval_ids: Iterable[str] | None = None) -> tuple[Retrieval, ...]:
        """Take the queued retrievals of these ids out of the queue; all of them by default."""
        with self._lock:
            names = tuple(self._queued) if retrieval_ids is None else tuple(retrieval_ids)
            found = (self._queued.pop(name, None) for name in names)
            return tuple(entry for entry in found if entry is not None)
