"""Part of the record store's contract: claiming, committing, and what a version shows."""

from __future__ import annotations

import pytest

from skillmem.errors import EpisodeNotFound, LeaseLost, WrongUse
from skillmem.protocols import RecordStore, Waiting
from skillmem.testing.records import (
    NAMESPACE,
    a_batch,
    a_demonstration,
    a_failure,
    a_lesson,
    a_success,
    a_task,
    an_outcome,
)
from skillmem.testing.store_fixture import AT, LEASE, OTHERS, StoreFixture
from skillmem.types import Episode, Lexicon, Logged


class BatchContract(StoreFixture):
    """What a store promises about consolidation."""

    def test_a_claim_takes_what_is_closed_and_pending(self, store: RecordStore) -> None:
        """Open episodes stay; the others come whole, in the order of storing."""
        first, second = (store.put_episode(NAMESPACE, a_success()) for _ in "ab")
        store.open_episode(NAMESPACE, Episode(task=a_task()))

        claimed = self._claim(store)

        assert [logged.episode for logged in claimed] == [first, second]

    def test_what_waits_is_told_and_claimed_by_name(self, store: RecordStore) -> None:
        """It is told by id and goal, and never comes with what is new."""
        waiting = store.put_episode(NAMESPACE, a_success())
        batch = a_batch(claimed=self._claim(store))
        store.commit(NAMESPACE, batch._replace(states={waiting.id: ("waiting", "for a success")}))
        assert self._states(store) == ["waiting"]
        assert self._claim(store) == ()

        new = store.put_episode(NAMESPACE, a_success())

        assert [logged.episode for logged in self._claim(store)] == [new]
        assert store.waiting(NAMESPACE) == (Waiting(waiting.id, waiting.task.goal),)
        assert [it.episode for it in self._claim(store, episode_ids=[waiting.id])] == [waiting]

    def test_no_two_holders_have_an_episode(self, store: RecordStore) -> None:
        """Another holder gets nothing that is leased, by name neither; the same one does."""
        episode = store.put_episode(NAMESPACE, a_success())
        claimed = self._claim(store)

        assert self._claim(store, holder="another") == ()
        assert store.leased(NAMESPACE, holder="another", at=AT) == 1
        assert store.leased(NAMESPACE, holder="a-holder", at=AT) == 0
        assert store.leased(NAMESPACE, holder="another", at=AT + LEASE) == 0
        assert self._claim(store, holder="another", episode_ids=[episode.id]) == ()
        assert self._claim(store) == claimed

    def test_a_released_episode_is_free(self, store: RecordStore) -> None:
        """What a holder gives back can be claimed at once."""
        store.put_episode(NAMESPACE, a_success())
        claimed = self._claim(store)

        store.release(NAMESPACE, holder="a-holder")

        assert self._claim(store, holder="another") == claimed

    def test_an_expired_lease_is_taken_over(self, store: RecordStore) -> None:
        """The old holder then commits nothing, whether or not the new one is done."""
        store.put_episode(NAMESPACE, a_success())
        claimed = self._claim(store)
        later = AT + LEASE
        lost = a_batch(a_demonstration(), claimed=claimed)

        taken = store.claim(
            NAMESPACE, holder="another", at=later, lease_seconds=LEASE.total_seconds()
        )

        assert taken == claimed
        with pytest.raises(LeaseLost):
            store.commit(NAMESPACE, lost)
        assert store.commit(NAMESPACE, a_batch(holder="another", claimed=taken)) is not None
        with pytest.raises(LeaseLost):
            store.commit(NAMESPACE, lost)
        assert (store.version(NAMESPACE), list(store.items(NAMESPACE))) == (0, [])

    def test_a_lease_can_be_renewed(self, store: RecordStore) -> None:
        """It then ends later, whoever else renews what is not theirs."""
        store.put_episode(NAMESPACE, a_success())
        self._claim(store)

        seconds = LEASE.total_seconds()
        store.renew(NAMESPACE, holder="a-holder", at=AT + LEASE / 2, lease_seconds=seconds)
        store.renew(NAMESPACE, holder="another", at=AT + LEASE, lease_seconds=seconds)

        for at, taken in ((AT + LEASE, 0), (AT + 1.5 * LEASE, 1)):
            found = store.claim(NAMESPACE, holder="third", at=at, lease_seconds=1)
            assert len(found) == taken

    def test_a_renewed_lease_sees_no_later_verdict(self, store: RecordStore) -> None:
        """An episode that was judged anew since its claim stays pending, renewed or not."""
        episode = store.put_episode(NAMESPACE, a_success())
        claimed = self._claim(store)
        store.add_outcome(NAMESPACE, episode.id, an_outcome(success=False))

        store.renew(NAMESPACE, holder="a-holder", at=AT, lease_seconds=LEASE.total_seconds())
        store.commit(NAMESPACE, a_batch(a_demonstration(), claimed=claimed))

        assert self._states(store) == ["pending"]

    def test_a_late_holder_may_still_commit(self, store: RecordStore) -> None:
        """A lease that expired is good as long as nobody took over."""
        store.put_episode(NAMESPACE, a_success())
        claimed = self._claim(store)

        change = store.commit(NAMESPACE, a_batch(a_demonstration(), claimed=claimed))

        assert change is not None
        assert self._states(store) == ["done"]

    def test_named_episodes_are_claimed_again(self, store: RecordStore) -> None:
        """What was consolidated is left alone, unless it is named."""
        first, second = (store.put_episode(NAMESPACE, a_success()) for _ in "ab")
        store.commit(NAMESPACE, a_batch(claimed=self._claim(store)))

        assert self._claim(store) == ()
        claimed = self._claim(store, episode_ids=[second.id, first.id, second.id])
        assert [logged.episode for logged in claimed] == [first, second]

    def test_an_unknown_name_claims_nothing(self, store: RecordStore) -> None:
        """A wrong id is an error, and leaves the others free."""
        episode = store.put_episode(NAMESPACE, a_success())

        with pytest.raises(EpisodeNotFound, match="nowhere"):
            self._claim(store, episode_ids=[episode.id, "nowhere"])

        assert len(self._claim(store, holder="another")) == 1

    def test_many_names_can_be_claimed(self, store: RecordStore) -> None:
        """A statement's limit on parameters is no limit of the store."""
        episode = store.put_episode(NAMESPACE, a_success())

        claimed = self._claim(store, episode_ids=[episode.id] * 40_000)

        assert [logged.episode for logged in claimed] == [episode]

    def test_a_commit_raises_the_version(self, store: RecordStore) -> None:
        """Items, states, lexicon and history appear together, under the next version."""
        store.put_episode(NAMESPACE, a_success())
        items = (a_demonstration(), a_lesson())
        lexicon = Lexicon(entities=("apple",), goals=("put <A> in <B>",))
        batch = a_batch(*items, claimed=self._claim(store), lexicon=lexicon)

        change = store.commit(NAMESPACE, batch)

        assert store.version(NAMESPACE) == 1
        assert tuple(store.items(NAMESPACE)) == items
        assert store.lexicon(NAMESPACE) == lexicon
        assert self._states(store) == ["done"]
        assert list(store.changes(NAMESPACE)) == [change]
        assert change is not None
        assert (change.version, change.kind, change.retired) == (1, "batch", ())
        assert (change.added, change.batch_id) == (tuple(i.id for i in items), batch.batch_id)
        assert change.made_at == batch.made_at

    def test_an_empty_batch_raises_nothing(self, store: RecordStore) -> None:
        """It still says what became of the episodes, and ends the lease."""
        episode = store.put_episode(NAMESPACE, a_failure())
        batch = a_batch(claimed=self._claim(store))
        skipped = batch._replace(states={episode.id: ("skipped", "no verdict")})

        change = store.commit(NAMESPACE, skipped)

        assert change is not None
        assert (change.version, store.version(NAMESPACE)) == (0, 0)
        assert list(store.changes(NAMESPACE)) == []
        logged = store.episode(NAMESPACE, episode.id)
        assert (logged.state, logged.reason) == ("skipped", "no verdict")

    def test_a_moved_base_writes_nothing(self, store: RecordStore) -> None:
        """Who was overtaken keeps its lease, and can merge and commit again."""
        store.put_episode(NAMESPACE, a_success())
        claimed = self._claim(store)
        store.commit(NAMESPACE, a_batch(a_lesson(), holder="another"))

        assert store.commit(NAMESPACE, a_batch(a_lesson(), claimed=claimed)) is None
        assert store.commit(NAMESPACE, a_batch(claimed=claimed)) is None
        assert (store.version(NAMESPACE), self._states(store)) == (1, ["pending"])
        again = a_batch(a_lesson(version=2), base_version=1, claimed=claimed)
        change = store.commit(NAMESPACE, again)

        assert change is not None
        assert (change.version, self._states(store)) == (store.version(NAMESPACE), ["done"])

    def test_a_later_verdict_is_never_overlooked(self, store: RecordStore) -> None:
        """An episode judged anew waits again, even while a batch is at work on it."""
        episode = store.put_episode(NAMESPACE, a_success())
        claimed = self._claim(store)
        store.add_outcome(NAMESPACE, episode.id, an_outcome(success=False))

        store.commit(NAMESPACE, a_batch(a_demonstration(), claimed=claimed))

        assert self._states(store) == ["pending"]
        store.commit(NAMESPACE, a_batch(base_version=1, claimed=self._claim(store)))
        assert self._states(store) == ["done"]
        store.add_outcome(NAMESPACE, episode.id, an_outcome())
        assert self._states(store) == ["pending"]

    def test_retired_items_stay_in_history(self, store: RecordStore) -> None:
        """A retired item is shown only when asked for, with the version that retired it."""
        old, kept, new = a_lesson(), a_demonstration(), a_lesson(version=2)
        store.commit(NAMESPACE, a_batch(old, kept))

        change = store.commit(NAMESPACE, a_batch(new, base_version=1, retired=[old.id]))

        assert list(store.items(NAMESPACE)) == [kept, new]
        retired = old.model_copy(update={"retired_in": new.version})
        assert list(store.items(NAMESPACE, include_retired=True)) == [retired, kept, new]
        assert change is not None
        assert change.retired == (old.id,)
        store.commit(NAMESPACE, a_batch(base_version=2, retired=[old.id, kept.id]))
        everything = list(store.items(NAMESPACE, include_retired=True))
        assert everything[0] == retired
        assert list(store.items(NAMESPACE)) == [new]

    def test_an_iteration_shows_one_version(self, store: RecordStore) -> None:
        """What a commit adds or retires meanwhile is not seen halfway."""
        old = [a_lesson() for _ in range(3)]
        store.commit(NAMESPACE, a_batch(*old))
        iteration = store.items(NAMESPACE)
        seen = [next(iteration)]

        new = a_lesson(version=2)
        store.commit(NAMESPACE, a_batch(new, base_version=1, retired=[old[-1].id]))

        assert seen + list(iteration) == old

    def test_a_lexicon_is_never_forgotten(self, store: RecordStore) -> None:
        """The newest lexicon counts, whether or not the last version changed it."""
        first, second = Lexicon(entities=("apple",)), Lexicon(entities=("apple", "mug"))
        assert store.lexicon(NAMESPACE) == Lexicon()

        for base, lexicon in enumerate((first, second, second)):
            batch = a_batch(a_lesson(version=base + 1), base_version=base, lexicon=lexicon)
            store.commit(NAMESPACE, batch)
            assert store.lexicon(NAMESPACE) == lexicon

    def test_versions_are_of_a_namespace(self, store: RecordStore) -> None:
        """What one namespace consolidates, no other shows."""
        store.put_episode(NAMESPACE, a_success())
        store.commit(NAMESPACE, a_batch(a_lesson(), claimed=self._claim(store)))

        for other in OTHERS:
            assert store.version(other) == 0
            assert list(store.items(other, include_retired=True)) == []
            assert list(store.changes(other)) == []
            assert store.lexicon(other) == Lexicon()
            assert store.claim(other, holder="another", at=AT, lease_seconds=1) == ()

    @pytest.mark.parametrize(
        "other", [{"namespace": OTHERS[0]}, {"version": 0}, {"version": 7}], ids=str
    )
    def test_an_item_goes_where_it_belongs(
        self, store: RecordStore, other: dict[str, object]
    ) -> None:
        """An item of another namespace or version is refused, and nothing is written."""
        lesson = a_lesson()

        with pytest.raises(WrongUse, match=lesson.id):
            store.commit(NAMESPACE, a_batch(lesson.model_copy(update=other)))

        assert (store.version(NAMESPACE), list(store.items(NAMESPACE))) == (0, [])

    def _claim(
        self,
        store: RecordStore,
        *,
        holder: str = "a-holder",
        episode_ids: list[str] | None = None,
    ) -> tuple[Logged, ...]:
        return store.claim(
            NAMESPACE,
            holder=holder,
            at=AT,
            lease_seconds=LEASE.total_seconds(),
            episode_ids=episode_ids,
        )

    def _states(self, store: RecordStore) -> list[str]:
        return [logged.state for logged in store.episodes(NAMESPACE)]
