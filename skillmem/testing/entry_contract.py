"""Part of the record store's contract: all that a namespace holds, out and in again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillmem.errors import InvalidDump
from skillmem.protocols import Collection, Entry, RecordStore
from skillmem.testing.records import (
    EMBEDDER,
    NAMESPACE,
    a_batch,
    a_demonstration,
    a_failure,
    a_lesson,
    a_step,
    a_success,
    a_task,
    a_vector,
    an_outcome,
)
from skillmem.testing.store_fixture import AT, LEASE, OTHERS, StoreFixture
from skillmem.types import Episode, Expense, Lexicon, Namespace


class EntryContract(StoreFixture):
    """What a store promises about giving and taking everything."""

    def test_what_was_given_is_taken_back(self, store: RecordStore, tmp_path: Path) -> None:
        """A restored namespace answers every question as the first one does."""
        _fill(store)
        copy = self.make_store(tmp_path / "copy")

        copy.restore((NAMESPACE, entry) for entry in store.entries(NAMESPACE))

        assert list(map(repr, copy.entries(NAMESPACE))) == list(map(repr, store.entries(NAMESPACE)))
        assert _answers(copy) == _answers(store)
        assert copy.namespaces() == store.namespaces()
        version = store.version(NAMESPACE)
        batch = a_batch(a_lesson(version=version + 1), base_version=version)
        assert copy.commit(NAMESPACE, batch) is not None
        copy.close()

    def test_a_namespace_that_holds_something_is_left_alone(self, store: RecordStore) -> None:
        """Restoring never mixes: it is refused, and what was there stays."""
        episode = store.put_episode(NAMESPACE, a_success())
        other = store.episode(NAMESPACE, episode.id)

        with pytest.raises(InvalidDump, match="kitchen-bot"):
            store.restore([(OTHERS[0], other), (NAMESPACE, other)])

        assert store.namespaces() == (NAMESPACE,)
        assert [logged.episode for logged in store.episodes(NAMESPACE)] == [episode]

    def test_a_failing_source_restores_nothing(self, store: RecordStore) -> None:
        """What the source raises comes through as it is, and undoes all that came before."""
        episode = store.put_episode(NAMESPACE, a_success())
        logged = store.episode(NAMESPACE, episode.id)

        def failing() -> Iterator[tuple[Namespace, Entry]]:
            yield OTHERS[0], logged
            Episode.model_validate_json("{")

        with pytest.raises(ValueError, match="Invalid JSON"):
            store.restore(failing())

        assert store.namespaces() == (NAMESPACE,)


def _fill(store: RecordStore) -> None:
    """Record, judge, consolidate, retire, leave open, and embed late."""
    for episode in (a_success(), a_failure(), Episode(task=a_task())):
        store.put_episode(NAMESPACE, episode)
    store.add_outcome(NAMESPACE, episode.id, an_outcome())
    opened = Episode(task=a_task())
    store.open_episode(NAMESPACE, opened)
    store.append_step(NAMESPACE, opened.id, 0, a_step())
    claimed = store.claim(NAMESPACE, holder="a-holder", at=AT, lease_seconds=LEASE.total_seconds())
    old, kept = a_lesson(), a_demonstration()
    store.commit(
        NAMESPACE,
        a_batch(old, kept, claimed=claimed, lexicon=Lexicon(goals=("a",)), vectors=[a_vector(old)]),
    )
    batch = a_batch(base_version=1, retired=[old.id], lexicon=Lexicon(goals=("a", "b")))
    store.commit(NAMESPACE, batch)
    store.put_vectors(NAMESPACE, [a_vector(kept)])
    store.put_expense(
        NAMESPACE, Expense(batch_id="b", episode_id=episode.id, made_at=AT, model="m", calls=1)
    )


def _answers(store: RecordStore) -> list[object]:
    delta = store.vectors(Collection(NAMESPACE, "demonstration", "goal", EMBEDDER), after=0)
    return [
        store.version(NAMESPACE),
        list(store.episodes(NAMESPACE)),
        list(store.items(NAMESPACE)),
        list(store.items(NAMESPACE, include_retired=True)),
        list(store.changes(NAMESPACE)),
        store.lexicon(NAMESPACE),
        list(store.expenses(NAMESPACE)),
        delta.added,
        delta.removed,
        delta.vectors.tolist(),
    ]
