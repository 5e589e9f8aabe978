"""Part of the record store's contract: episodes that are being played."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skillmem.errors import EpisodeClosed, EpisodeConflict, EpisodeNotFound, SelfVerified
from skillmem.protocols import RecordStore
from skillmem.testing.records import NAMESPACE, a_step, a_success, a_task, an_outcome
from skillmem.testing.store_fixture import AT, StoreFixture
from skillmem.types import Episode, Outcome, now


class ProgressContract(StoreFixture):
    """What a store promises about episodes whose steps come one by one."""

    def test_steps_are_kept_as_they_come(self, store: RecordStore) -> None:
        """An open episode shows the steps so far; finished, it is what was played."""
        head = Episode(task=a_task(), agent="me")
        opened = store.open_episode(NAMESPACE, head)
        assert (opened.episode, opened.closed) == (head, False)
        taken = tuple(a_step(number) for number in range(3))

        for index, step in enumerate(taken):
            store.append_step(NAMESPACE, head.id, index, step)
            assert store.open_episode(NAMESPACE, head).episode.steps == taken[: index + 1]
        finished = store.finish_episode(
            NAMESPACE, head.id, ended_by="limit", ended_at=AT, outcome=an_outcome()
        )

        end = {"steps": taken, "ended_by": "limit", "ended_at": AT, "outcome": an_outcome()}
        assert finished == head.model_copy(update=end)
        logged = store.episode(NAMESPACE, head.id)
        assert (logged.episode, logged.closed) == (finished, True)
        assert logged.outcomes == (an_outcome(),)

    def test_a_step_sent_again_is_not_doubled(self, store: RecordStore) -> None:
        """The same step at the same place changes nothing, not even after the end."""
        head = self._play(store, steps=2)
        store.append_step(NAMESPACE, head.id, 1, a_step(1))
        self._finish(store, head)

        store.append_step(NAMESPACE, head.id, 0, a_step(0))

        assert len(store.episode(NAMESPACE, head.id).episode.steps) == len("ab")

    def test_a_step_neither_changes_nor_skips(self, store: RecordStore) -> None:
        """Another step at a taken place is refused, and so is one that leaves a gap."""
        head = self._play(store, steps=2)

        with pytest.raises(EpisodeConflict, match="other content"):
            store.append_step(NAMESPACE, head.id, 1, a_step(7))
        for index in (3, -1):
            with pytest.raises(EpisodeConflict, match="gap"):
                store.append_step(NAMESPACE, head.id, index, a_step())

    def test_no_step_follows_the_end(self, store: RecordStore) -> None:
        """An episode that has ended takes no further step."""
        head = self._play(store, steps=1)
        self._finish(store, head)

        with pytest.raises(EpisodeClosed, match=head.id):
            store.append_step(NAMESPACE, head.id, 1, a_step(1))

    def test_ending_again_in_the_same_way_changes_nothing(self, store: RecordStore) -> None:
        """The second end is the first; another verdict or another end is refused."""
        head = self._play(store, steps=1)
        ended = self._finish(store, head)

        assert self._finish(store, head) == ended
        with pytest.raises(EpisodeConflict, match=head.id):
            store.finish_episode(
                NAMESPACE, head.id, ended_by="error", ended_at=AT, outcome=an_outcome()
            )
        with pytest.raises(EpisodeConflict, match=head.id):
            store.finish_episode(NAMESPACE, head.id, ended_by="agent", ended_at=AT, outcome=None)
        assert store.episode(NAMESPACE, head.id).episode == ended

    def test_an_unknown_episode_has_no_end(self, store: RecordStore) -> None:
        """Only what was opened can be finished."""
        with pytest.raises(EpisodeNotFound):
            store.finish_episode(NAMESPACE, "nowhere", ended_by="agent", ended_at=AT, outcome=None)

    def test_an_agent_does_not_end_with_its_own_verdict(self, store: RecordStore) -> None:
        """A refused verdict leaves the episode open."""
        head = Episode(task=a_task(), agent="me")
        store.open_episode(NAMESPACE, head)

        with pytest.raises(SelfVerified):
            store.finish_episode(
                NAMESPACE,
                head.id,
                ended_by="agent",
                ended_at=AT,
                outcome=Outcome(success=True, verifier_kind="judge", verifier="me"),
            )

        assert not store.episode(NAMESPACE, head.id).closed

    def test_an_id_is_begun_for_one_task_and_agent(self, store: RecordStore) -> None:
        """Beginning again under another task or agent is refused."""
        head = self._play(store, steps=1)

        for other in ({"task": a_task("another")}, {"agent": "another"}):
            with pytest.raises(EpisodeConflict, match=head.id):
                store.open_episode(NAMESPACE, head.model_copy(update=other))

    def test_recording_an_open_episode_whole_ends_it(self, store: RecordStore) -> None:
        """A whole record that goes on from the stored steps wins; a contradiction doesn't."""
        head = self._play(store, steps=2)
        whole = a_success(steps=4).model_copy(update={"id": head.id, "agent": head.agent})

        with pytest.raises(EpisodeConflict):
            store.put_episode(NAMESPACE, whole.model_copy(update={"steps": whole.steps[1:]}))
        with pytest.raises(EpisodeConflict):
            store.put_episode(NAMESPACE, whole.model_copy(update={"steps": whole.steps[:1]}))
        assert store.put_episode(NAMESPACE, whole) == whole
        assert store.put_episode(NAMESPACE, whole) == whole

        logged = store.episode(NAMESPACE, head.id)
        assert (logged.episode, logged.closed) == (whole, True)
        assert logged.outcomes == (whole.outcome,)

    def test_silent_episodes_are_closed(self, store: RecordStore) -> None:
        """Only open episodes are stale, and only by the time of the last write."""
        head = self._play(store, steps=1)
        self._finish(store, self._play(store, steps=1))
        hour = timedelta(hours=1)

        assert store.close_stale(NAMESPACE, before=now() - hour, ended_at=AT) == ()
        assert store.close_stale(NAMESPACE, before=now() + hour, ended_at=AT) == (head.id,)
        closed = store.episode(NAMESPACE, head.id)
        assert (closed.closed, closed.episode.ended_by) == (True, "error")
        assert store.close_stale(NAMESPACE, before=now() + hour, ended_at=AT) == ()

    def test_a_verdict_may_come_before_the_end(self, store: RecordStore) -> None:
        """Verdicts stand in the order in which they came, the one at the end among them."""
        head = self._play(store, steps=1)
        early = an_outcome(success=False)

        store.add_outcome(NAMESPACE, head.id, early)
        self._finish(store, head)

        logged = store.episode(NAMESPACE, head.id)
        assert logged.outcomes == (early, an_outcome())
        assert logged.episode.outcome == an_outcome()

    def _play(self, store: RecordStore, *, steps: int) -> Episode:
        head = Episode(task=a_task(), agent="me")
        store.open_episode(NAMESPACE, head)
        for index in range(steps):
            store.append_step(NAMESPACE, head.id, index, a_step(index))
        return head

    def _finish(self, store: RecordStore, head: Episode) -> Episode:
        return store.finish_episode(
            NAMESPACE, head.id, ended_by="agent", ended_at=AT, outcome=an_outcome()
        )
