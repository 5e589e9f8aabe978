"""An index of plain loops, and the contract that every index keeps."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from skillmem.protocols import Collection, Hit, Vector, VectorDelta, VectorIndex

Row = Sequence[float]

HERE = Collection(("acme", "bot"), "lesson", "goal", "hand-made")
ELSEWHERE = (
    HERE._replace(namespace=("acme",)),
    HERE._replace(namespace=("acmebot",)),
    HERE._replace(kind="demonstration"),
    HERE._replace(space="masked"),
    HERE._replace(embedder="another"),
)


class OracleIndex:
    """A `VectorIndex` that is plainly right: dictionaries and loops, at no speed."""

    def __init__(self) -> None:
        self._rows: dict[Collection, dict[str, list[float]]] = {}
        self._versions: dict[Collection, int] = {}

    def version(self, collection: Collection) -> int:
        """Tell the version that `collection` has caught up with; 0 when it is not held."""
        return self._versions.get(collection, 0)

    def apply(self, collection: Collection, delta: VectorDelta) -> None:
        """Catch up with `delta`, unless it is behind or begins too late."""
        if not delta.after <= self.version(collection) < delta.version:
            return
        rows = self._rows.setdefault(collection, {})
        for item_id in delta.removed:
            rows.pop(item_id, None)
        rows.update(zip(delta.added, delta.vectors.tolist(), strict=True))
        self._versions[collection] = delta.version

    def search(self, collection: Collection, query: Vector, *, limit: int) -> tuple[Hit, ...]:
        """Find the `limit` nearest, best first; equal scores in order of id."""
        asked = query.tolist()
        hits = [
            Hit(item_id, cosine(row, asked))
            for item_id, row in self._rows.get(collection, {}).items()
        ]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id))[: max(limit, 0)])

    def drop(self, collection: Collection) -> None:
        """Forget `collection`; its version is 0 again."""
        self._rows.pop(collection, None)
        self._versions.pop(collection, None)


def cosine(one: Row, other: Row) -> float:
    """Give the cosine of two vectors; 0 when one of them is zero."""
    lengths = math.hypot(*one) * math.hypot(*other)
    return math.fsum(x * y for x, y in zip(one, other, strict=True)) / lengths if lengths else 0.0


def a_delta(
    version: int,
    added: Mapping[str, Row] | None = None,
    *,
    after: int | None = None,
    removed: Iterable[str] = (),
) -> VectorDelta:
    """Make a delta; by default one that begins at the version before."""
    rows = added or {}
    vectors = np.array(list(rows.values()), dtype=np.float32) if rows else np.zeros((0, 0), "f4")
    return VectorDelta(
        version=version,
        added=tuple(rows),
        vectors=vectors,
        removed=tuple(removed),
        after=version - 1 if after is None else after,
    )


class VectorIndexContract:
    """What any `VectorIndex` promises. Subclass it, and give `make_index`."""

    def make_index(self) -> VectorIndex:
        """Make the empty index under test."""
        raise NotImplementedError

    def test_an_unknown_collection_is_empty(self) -> None:
        """Nothing was applied, so nothing is found and the version is 0."""
        index = self.make_index()

        assert index.version(HERE) == 0, "tell version 0 of what was never applied"
        assert index.search(HERE, _query(), limit=1) == (), "find nothing there, without an error"

    def test_the_nearest_comes_first(self) -> None:
        """Hits come by falling cosine, no more of them than asked for."""
        index = self._filled({"far": (0, 1), "near": (2, 0), "opposite": (-1, 0), "mid": (1, 1)})

        hits = index.search(HERE, _query(3, 0), limit=3)

        assert [hit.id for hit in hits] == ["near", "mid", "far"], "sort by cosine, then cut"
        expected = [1, math.sqrt(0.5), 0]
        assert np.allclose([hit.score for hit in hits], expected, atol=1e-6), (
            "score by the cosine, whatever the lengths"
        )
        assert index.search(HERE, _query(), limit=0) == (), "find nothing where none is asked for"

    def test_equal_scores_come_in_order_of_id(self) -> None:
        """Whatever the order of adding, ties are broken by id, also at the limit."""
        ids = [f"{number:03}" for number in range(50)]
        index = self._filled(dict.fromkeys(reversed(ids), (0.3, 0.7)))

        assert [hit.id for hit in index.search(HERE, _query(), limit=7)] == ids[:7], (
            "break ties by id before cutting at the limit"
        )

    def test_a_zero_vector_scores_zero(self) -> None:
        """A text without any known word is like nothing, and unlike nothing."""
        index = self._filled({"zero": (0, 0), "near": (1, 0), "opposite": (-1, 0)})

        found = [hit.id for hit in index.search(HERE, _query(), limit=3)]
        assert found == ["near", "zero", "opposite"], "score a zero row 0, above what is opposite"
        assert {hit.score for hit in index.search(HERE, _query(0, 0), limit=3)} == {0}, (
            "score everything 0 for a zero query, and no NaN"
        )

    def test_what_is_removed_is_gone(self) -> None:
        """A removed item is never found; removing an unknown one changes nothing."""
        index = self._filled({"a": (1, 0), "b": (1, 1), "c": (0, 1)})

        index.apply(HERE, a_delta(2, removed=["a", "never-there"]))

        assert _found(index) == ["b", "c"], "forget what a delta removes; pass over unknown ids"

    def test_a_delta_can_be_applied_twice(self) -> None:
        """Neither a repetition nor a delta that is behind changes anything."""
        first = a_delta(1, {"a": (1, 0), "b": (0, 1)})
        second = a_delta(2, {"c": (1, 1)}, removed=["a"])
        index = self.make_index()

        for delta in (first, second, second, first):
            index.apply(HERE, delta)

        assert _found(index) == ["c", "b"], "leave out a delta that is not ahead of the version"
        assert index.version(HERE) == second.version, "keep the newest version"

    def test_a_delta_may_overlap(self) -> None:
        """One that begins before what is held, and ends after it, brings the rest."""
        index = self._filled({"a": (1, 0)})

        index.apply(HERE, a_delta(2, {"a": (1, 0), "b": (0, 1)}, after=0))

        assert _found(index) == ["a", "b"], "apply a delta that begins earlier and ends later"

    def test_a_delta_never_leaves_a_gap(self) -> None:
        """One that begins after what is held is left alone, since something would be missing."""
        index = self._filled({"a": (1, 0)})
        gap = a_delta(9, {"b": (1, 0)}, after=5)

        index.apply(HERE, gap)

        assert index.version(HERE) == 1, "keep the version when a delta would leave a gap"
        assert _found(index) == ["a"], "apply nothing of a delta that would leave a gap"

    def test_an_item_that_is_added_again_is_replaced(self) -> None:
        """The newest vector of an item counts, and it is found once."""
        index = self._filled({"a": (0, 1), "b": (1, 1)})

        index.apply(HERE, a_delta(2, {"a": (1, 0)}))

        assert _found(index) == ["a", "b"], "replace the row of an id that is added again"

    def test_collections_do_not_know_each_other(self) -> None:
        """A search never crosses to another namespace, kind, space or embedder."""
        index = self._filled({"here": (1, 0)})
        for number, collection in enumerate(ELSEWHERE):
            index.apply(collection, a_delta(1, {f"there {number}": (1, 0)}))

        assert _found(index) == ["here"], "keep collections apart by all of their fields"

    def test_a_dropped_collection_is_empty(self) -> None:
        """It is at version 0 again, can be filled anew, and the others keep what they have."""
        index = self._filled({"here": (1, 0)})
        index.apply(ELSEWHERE[0], a_delta(1, {"there": (1, 0)}))

        index.drop(HERE)
        index.drop(HERE)

        assert index.version(HERE) == 0, "tell version 0 of what was dropped"
        assert index.search(HERE, _query(), limit=9) == (), "find nothing in what was dropped"
        assert index.version(ELSEWHERE[0]) == 1, "leave other collections when one is dropped"
        index.apply(HERE, a_delta(1, {"again": (1, 0)}))
        assert _found(index) == ["again"], "let a dropped collection be filled anew"

    def _filled(self, rows: Mapping[str, Row]) -> VectorIndex:
        index = self.make_index()
        index.apply(HERE, a_delta(1, rows))
        return index


def _found(index: VectorIndex) -> list[str]:
    return [hit.id for hit in index.search(HERE, _query(), limit=9)]


def _query(*numbers: float) -> Vector:
    return np.array(numbers or (1, 0), dtype=np.float32)
