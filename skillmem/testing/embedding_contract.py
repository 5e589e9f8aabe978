"""Part of the record store's contract: embeddings, and what an index has to catch up with."""

from __future__ import annotations

import numpy as np

from skillmem.protocols import Collection, RecordStore, VectorDelta
from skillmem.testing.records import (
    EMBEDDER,
    NAMESPACE,
    a_batch,
    a_demonstration,
    a_lesson,
    a_vector,
)
from skillmem.testing.store_fixture import OTHERS, StoreFixture

LESSONS = Collection(NAMESPACE, "lesson", "goal", EMBEDDER)


class EmbeddingContract(StoreFixture):
    """What a store promises about embeddings."""

    def test_an_empty_collection_has_nothing(self, store: RecordStore) -> None:
        """Asking where nothing was embedded is no error."""
        assert _shown(store.vectors(LESSONS, after=0)) == {}
        assert store.vectors(LESSONS, after=0).version == 0

    def test_a_delta_holds_what_was_committed(self, store: RecordStore) -> None:
        """Vectors come back as they were, of this collection only."""
        lesson, demonstration = a_lesson(), a_demonstration()
        store.commit(
            NAMESPACE,
            a_batch(
                lesson,
                demonstration,
                vectors=[
                    a_vector(lesson, (0.6, 0.8)),
                    a_vector(lesson, (1.0, 0.0), space="masked"),
                    a_vector(demonstration, (0.0, 1.0)),
                ],
            ),
        )

        delta = store.vectors(LESSONS, after=0)

        assert _shown(delta) == {lesson.id: [np.float32(0.6), np.float32(0.8)]}
        assert delta.removed == ()
        for other in (
            *(LESSONS._replace(namespace=namespace) for namespace in OTHERS),
            LESSONS._replace(kind="preference"),
            LESSONS._replace(space="other"),
            LESSONS._replace(embedder="other"),
        ):
            assert store.vectors(other, after=0).added == ()

    def test_a_delta_begins_where_the_last_one_ended(self, store: RecordStore) -> None:
        """Only what was added and retired since is sent, and nothing twice."""
        old, kept, new = a_lesson(), a_lesson(), a_lesson(version=2)
        store.commit(NAMESPACE, a_batch(old, kept, vectors=[a_vector(old), a_vector(kept)]))
        first = store.vectors(LESSONS, after=0)
        store.commit(
            NAMESPACE,
            a_batch(new, base_version=1, retired=[old.id], vectors=[a_vector(new)]),
        )

        second = store.vectors(LESSONS, after=first.version)

        assert first.added == (old.id, kept.id)
        assert (second.after, second.added, second.removed) == (
            first.version,
            (new.id,),
            (old.id,),
        )
        third = store.vectors(LESSONS, after=second.version)
        assert (third.version, third.added, third.removed) == (second.version, (), ())
        assert store.vectors(LESSONS, after=0).added == (kept.id, new.id)

    def test_late_embeddings_reach_who_has_caught_up(self, store: RecordStore) -> None:
        """An embedding that comes after its item's version is in the next delta."""
        early, late = a_lesson(), a_lesson()
        store.commit(NAMESPACE, a_batch(early, late, vectors=[a_vector(early)]))
        caught_up = store.vectors(LESSONS, after=0).version

        store.put_vectors(NAMESPACE, [a_vector(late)])

        assert store.vectors(LESSONS, after=caught_up).added == (late.id,)
        assert store.version(NAMESPACE) == 1

    def test_an_embedding_is_kept_once(self, store: RecordStore) -> None:
        """The first one counts; one of an unknown item or another namespace is dropped."""
        lesson = a_lesson()
        store.commit(NAMESPACE, a_batch(lesson, vectors=[a_vector(lesson)]))
        before = store.vectors(LESSONS, after=0)

        store.put_vectors(NAMESPACE, [a_vector(lesson, (0.0, 1.0)), a_vector(a_lesson())])
        store.put_vectors(OTHERS[0], [a_vector(lesson)])

        after = store.vectors(LESSONS, after=0)
        assert (after.version, _shown(after)) == (before.version, _shown(before))

    def test_an_item_retired_before_it_was_embedded_stays_away(self, store: RecordStore) -> None:
        """A late embedding does not bring a retired item back."""
        lesson = a_lesson()
        store.commit(NAMESPACE, a_batch(lesson))
        store.commit(NAMESPACE, a_batch(base_version=1, retired=[lesson.id]))

        store.put_vectors(NAMESPACE, [a_vector(lesson)])

        assert store.vectors(LESSONS, after=0).added == ()


def _shown(delta: VectorDelta) -> dict[str, list[float]]:
    return dict(zip(delta.added, delta.vectors.tolist(), strict=True))
