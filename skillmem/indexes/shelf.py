"""The vectors of one collection, as rows of one matrix."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skillmem.protocols import Hit, Vector, VectorDelta, Vectors

BLOCK = 4096
"""Rows that are scored at a time, which bounds the memory that a search takes."""


class Shelf:
    """Unit rows and their ids. A removed row is filled with the last one."""

    def __init__(self) -> None:
        self.version = 0
        self._ids: list[str] = []
        self._rows: dict[str, int] = {}
        self._matrix: Vectors = np.zeros((0, 0), dtype=np.float32)

    def apply(self, delta: VectorDelta) -> None:
        """Catch up with `delta`, unless it is behind or begins too late."""
        if not delta.after <= self.version < delta.version:
            return
        for item_id in delta.removed:
            self._remove(item_id)
        if delta.added:
            self._add(delta.added, unit_rows(delta.vectors))
        self.version = delta.version

    def search(self, query: Vector, *, limit: int) -> tuple[Hit, ...]:
        """Find the `limit` rows nearest to a query of length 1."""
        best: list[Hit] = []
        for start in range(0, len(self._ids), BLOCK):
            stop = min(start + BLOCK, len(self._ids))
            # Unlike BLAS, einsum scores equal rows equally, wherever they stand.
            scores = np.einsum("ij,j->i", self._matrix[start:stop], query)
            best += [
                Hit(self._ids[start + row], float(scores[row])) for row in leaders(scores, limit)
            ]
            best = sorted(best, key=lambda hit: (-hit.score, hit.id))[:limit]
        return tuple(best)

    def _add(self, ids: Sequence[str], rows: Vectors) -> None:
        self._grow(len(self._ids) + len(ids), rows.shape[1])
        self._matrix[[self._place(item_id) for item_id in ids]] = rows

    def _place(self, item_id: str) -> int:
        """Give the row of an item, which is a new one if it has none."""
        place = self._rows.setdefault(item_id, len(self._ids))
        if place == len(self._ids):
            self._ids.append(item_id)
        return place

    def _remove(self, item_id: str) -> None:
        place = self._rows.pop(item_id, None)
        if place is None:
            return
        last = self._ids.pop()
        if last != item_id:
            self._matrix[place] = self._matrix[len(self._ids)]
            self._ids[place] = last
            self._rows[last] = place

    def _grow(self, needed: int, dimensions: int) -> None:
        """Make room for `needed` rows; doubling, so that each is copied rarely."""
        held = len(self._ids)
        if needed <= len(self._matrix):
            return
        larger = np.zeros((max(needed, 2 * held), dimensions), dtype=np.float32)
        if held:
            larger[:held] = self._matrix[:held]
        self._matrix = larger


def leaders(scores: Vector, limit: int) -> list[int]:
    """Give the rows whose score is among the `limit` highest, all of those that tie."""
    if len(scores) <= limit:
        return list(range(len(scores)))
    lowest = np.partition(scores, len(scores) - limit)[len(scores) - limit]
    return [int(row) for row in np.flatnonzero(scores >= lowest)]


def unit_rows(rows: Vectors) -> Vectors:
    """Scale rows to length 1; a zero row stays as it is."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    lengths[lengths == 0] = 1
    scaled: Vectors = (rows / lengths[:, np.newaxis]).astype(np.float32)
    return scaled
