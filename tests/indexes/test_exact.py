"""ExactIndex keeps the contract, and agrees with an index of plain loops."""

from __future__ import annotations

from threading import Thread

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from skillmem.indexes import ExactIndex
from skillmem.indexes.shelf import BLOCK
from skillmem.protocols import Collection, Hit, Vector, VectorDelta
from skillmem.testing.indexes import (
    ELSEWHERE,
    HERE,
    OracleIndex,
    Row,
    VectorIndexContract,
    a_delta,
)

COLLECTIONS = st.sampled_from((HERE, *ELSEWHERE[:2]))
IDS = st.text("abc", min_size=1, max_size=2)
# Cosines of these are far apart or equal, so that float32 can't swap two hits.
ROWS = st.tuples(*[st.sampled_from((-1.0, 0.0, 1.0))] * 3)


class TestExactIndex(VectorIndexContract):
    """In memory."""

    def make_index(self) -> ExactIndex:
        """Make an index."""
        return ExactIndex()


class AgainstTheOracle(RuleBasedStateMachine):
    """Whatever is applied, dropped and asked, both give the same answers."""

    def __init__(self) -> None:
        super().__init__()
        self.index = ExactIndex()
        self.oracle = OracleIndex()

    @rule(
        collection=COLLECTIONS,
        added=st.dictionaries(IDS, ROWS, max_size=6),
        removed=st.sets(IDS, max_size=4),
        after=st.integers(-2, 1),
        rise=st.integers(0, 2),
    )
    def apply(
        self,
        collection: Collection,
        added: dict[str, Row],
        removed: set[str],
        after: int,
        rise: int,
    ) -> None:
        """Catch up, overlap, fall behind, or leave a gap."""
        held = self.oracle.version(collection)
        delta = a_delta(
            held + rise, added, after=max(held + after, 0), removed=removed - set(added)
        )
        self.index.apply(collection, delta)
        self.oracle.apply(collection, delta)

    @rule(collection=COLLECTIONS)
    def drop(self, collection: Collection) -> None:
        """Forget a collection."""
        self.index.drop(collection)
        self.oracle.drop(collection)

    @rule(collection=COLLECTIONS, query=ROWS, limit=st.integers(0, 8))
    def search(self, collection: Collection, query: Row, limit: int) -> None:
        """Ask both."""
        asked = np.array(query, dtype=np.float32)
        found = self.index.search(collection, asked, limit=limit)
        expected = self.oracle.search(collection, asked, limit=limit)
        assert [hit.id for hit in found] == [hit.id for hit in expected]
        assert np.allclose([hit.score for hit in found], [hit.score for hit in expected], atol=1e-6)

    @invariant()
    def versions_agree(self) -> None:
        """Both have caught up equally far."""
        for collection in (HERE, *ELSEWHERE[:2]):
            assert self.index.version(collection) == self.oracle.version(collection)


AgainstTheOracle.TestCase.settings = settings(max_examples=40, stateful_step_count=25)
test_it_agrees_with_the_oracle = AgainstTheOracle.TestCase


def test_many_rows_are_searched_whole() -> None:
    """Beyond one block the nearest are found wherever they stand, ties by id."""
    rng = np.random.default_rng(7)
    rows = rng.normal(size=(2 * BLOCK + 5, 16)).astype(np.float32)
    rows[[3, BLOCK, 2 * BLOCK + 4]] = rows[3]
    ids = tuple(f"{number:05}" for number in range(len(rows)))
    index = ExactIndex()
    index.apply(HERE, VectorDelta(1, ids, rows, ()))

    hits = index.search(HERE, rows[3], limit=20)

    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(rows[3])
    scores = rows @ rows[3] / lengths
    nearest = sorted(ids, key=lambda item_id: (-scores[int(item_id)].round(5), item_id))[:20]
    assert [hit.id for hit in hits] == nearest
    assert [hit.id for hit in hits[:3]] == ["00003", "04096", "08196"]


def test_the_order_of_adding_changes_nothing() -> None:
    """The same rows give the same hits, to the last bit of the score, in whatever order."""
    rng = np.random.default_rng(11)
    rows = rng.normal(size=(257, 31)).astype(np.float32)
    query = rng.normal(size=31).astype(np.float32)

    def hits(order: list[int]) -> tuple[Hit, ...]:
        index = ExactIndex()
        for version, place in enumerate(order, start=1):
            delta = VectorDelta(version, (str(place),), rows[[place]], (), version - 1)
            index.apply(HERE, delta)
        return index.search(HERE, query, limit=50)

    straight = list(range(len(rows)))

    assert hits(straight) == hits(straight[::-1])


def test_only_the_collections_used_last_are_kept() -> None:
    """A collection that was searched stays; the one untouched longest is let go."""
    index = ExactIndex(collections=2)
    first, second, third = HERE, ELSEWHERE[0], ELSEWHERE[1]
    for collection in (first, second):
        index.apply(collection, a_delta(1, {"a": (1, 0)}))
    index.search(first, _query(), limit=1)

    index.apply(third, a_delta(1, {"a": (1, 0)}))

    assert [index.version(each) for each in (first, second, third)] == [1, 0, 1]
    assert index.search(second, _query(), limit=1) == ()


def test_threads_may_share_it() -> None:
    """Searching while others add and remove finds one state or the next, never a mixture."""
    index = ExactIndex()
    index.apply(HERE, a_delta(1, {"always": (1, 0)}))
    failures: list[tuple[Hit, ...]] = []

    def change() -> None:
        for version in range(2, 200):
            delta = a_delta(version, {f"{version}": (1, 0)}, removed=[f"{version - 1}"])
            index.apply(HERE, delta)

    def search() -> None:
        for _ in range(200):
            hits = index.search(HERE, _query(), limit=9)
            if len(hits) > 2 or hits[-1].id != "always":
                failures.append(hits)

    threads = [Thread(target=change), *(Thread(target=search) for _ in range(3))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert index.version(HERE) == 199


def _query() -> Vector:
    return np.array((1, 0), dtype=np.float32)
