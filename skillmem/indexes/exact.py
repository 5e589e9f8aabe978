"""ExactIndex: every vector is compared, so nothing near is missed."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np

from skillmem.config import StorageConfig
from skillmem.indexes.shelf import Shelf, unit_rows
from skillmem.protocols import Collection, Hit, Vector, VectorDelta


class ExactIndex:
    """A `VectorIndex` in memory. Threads may share it.

    It keeps the collections that were used last, `StorageConfig.collections` of them unless
    another number is given. One that it let go is at version 0 again.
    """

    def __init__(self, *, collections: int = StorageConfig().collections) -> None:
        self._limit = collections
        self._shelves: OrderedDict[Collection, Shelf] = OrderedDict()
        self._lock = Lock()

    def version(self, collection: Collection) -> int:
        """Tell the version that `collection` has caught up with; 0 when it is not held."""
        with self._lock:
            shelf = self._shelves.get(collection)
            return 0 if shelf is None else shelf.version

    def apply(self, collection: Collection, delta: VectorDelta) -> None:
        """Catch up with `delta`, unless it is behind or begins too late."""
        with self._lock:
            self._shelves.setdefault(collection, Shelf()).apply(delta)
            self._shelves.move_to_end(collection)
            while len(self._shelves) > self._limit:
                self._shelves.popitem(last=False)

    def search(self, collection: Collection, query: Vector, *, limit: int) -> tuple[Hit, ...]:
        """Find the `limit` nearest, best first; equal scores in order of id."""
        unit = unit_rows(np.asarray(query, dtype=np.float32)[np.newaxis, :])[0]
        with self._lock:
            shelf = self._shelves.get(collection)
            if shelf is None or limit <= 0:
                return ()
            self._shelves.move_to_end(collection)
            return shelf.search(unit, limit=limit)

    def drop(self, collection: Collection) -> None:
        """Forget `collection`; its version is 0 again."""
        with self._lock:
            self._shelves.pop(collection, None)
