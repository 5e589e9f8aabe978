"""Part of the record store's contract: finished episodes and verdicts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from skillmem.errors import (
    EpisodeConflict,
    EpisodeNotFound,
    InvalidNamespace,
    SelfVerified,
    UnstorableValue,
)
from skillmem.protocols import RecordStore, Spent
from skillmem.testing.records import (
    NAMESPACE,
    a_failure,
    a_retrieval,
    a_step,
    a_success,
    a_task,
    an_outcome,
)
from skillmem.testing.store_fixture import AT, OTHERS, StoreFixture
from skillmem.types import Episode, Expense, Outcome, Step, Task

HOSTILE = (
    "",
    "\x00",
    "a\x00b\x1b[31m\r\n\t\x7f\u2028",
    "\ufffd\ufeff\U0001f34f\u200d",
    "'; DROP TABLE episodes; --",
    "<|endoftext|>\n> take apple 1\n## Heading",
    "e\u0301 \u00e9",
)


class EpisodeContract(StoreFixture):
    """What a store promises about finished episodes."""

    def test_an_episode_comes_back_as_it_was(self, store: RecordStore) -> None:
        """Everything in an episode is kept, and its verdict stands first among the verdicts."""
        episode = Episode(
            task=Task(goal="g", observation="o", label="l", metadata={"a": [1, 2.5, None, "x"]}),
            steps=(
                Step(
                    action="",
                    observation="seen",
                    admissible=("look", "go"),
                    thought="hm",
                    tool="hand",
                    arguments={"b": {"c": True}},
                    error="none",
                    call_group="1",
                    reward=0.1,
                ),
            ),
            outcome=Outcome(success=False, verifier_kind="judge", score=-0.5, detail="no"),
            ended_by="limit",
            retrieval_ids=("r",),
            agent="me",
            seed=2**70,
            metadata={"k": "v"},
        )

        assert store.put_episode(NAMESPACE, episode) == episode
        logged = store.episode(NAMESPACE, episode.id)

        assert logged.episode == episode
        assert logged.outcomes == (episode.outcome,)
        assert (logged.closed, logged.state, logged.reason) == (True, "pending", "")

    def test_what_could_not_be_read_again_is_refused(self, store: RecordStore) -> None:
        """A copy may hold what was never validated: nothing of it is stored, the rest is."""
        kept = store.put_episode(NAMESPACE, a_success())
        wrong = a_failure().model_copy(update={"ended_by": "timeout"})

        with pytest.raises(UnstorableValue, match="ended_by is 'timeout'"):
            store.put_episode(NAMESPACE, wrong)
        with pytest.raises(UnstorableValue, match="verifier_kind is 'human'"):
            store.add_outcome(
                NAMESPACE, kept.id, an_outcome().model_copy(update={"verifier_kind": "human"})
            )

        assert [logged.episode for logged in store.episodes(NAMESPACE)] == [kept]

    def test_judged_episodes_are_counted(self, store: RecordStore) -> None:
        """Each namespace counts its own; what is still running or has no verdict doesn't count."""
        assert store.judged_count(NAMESPACE) == 0
        for episode in (a_success(), a_failure(), Episode(task=a_task())):
            store.put_episode(NAMESPACE, episode)
        store.open_episode(NAMESPACE, Episode(task=a_task()))
        store.put_episode(OTHERS[0], a_success())

        assert store.judged_count(NAMESPACE) == 2  # noqa: PLR2004 - one won, one lost

    def test_what_would_pass_a_bound_is_not_reserved(self, store: RecordStore) -> None:
        """Calls, tokens and money since a moment are added up; what is refused leaves no trace."""
        first, second = (
            Expense(
                batch_id="b",
                episode_id="e",
                made_at=AT + timedelta(hours=hours),
                model="m",
                calls=1,
                prompt_tokens=6,
                completion_tokens=4,
                money=0.5,
            )
            for hours in (0, 2)
        )
        most = Spent(calls=1, tokens=10, money=0.5)

        assert store.reserve_expense(NAMESPACE, first, since=AT, most=most) is None
        for bound in ("calls", "tokens", "money"):
            narrow = Spent(9, 90, 9.0)._replace(**{bound: getattr(most, bound)})
            assert store.reserve_expense(NAMESPACE, second, since=AT, most=narrow) == most
        assert list(store.expenses(NAMESPACE)) == [first]
        assert store.reserve_expense(OTHERS[0], second, since=AT, most=most) is None
        later = AT + timedelta(hours=1)
        assert store.reserve_expense(NAMESPACE, second, since=later, most=most) is None

    def test_expenses_are_appended(self, store: RecordStore) -> None:
        """Each namespace gives its own as they were, oldest first; the same id is one expense."""
        first, second = (
            Expense(
                batch_id="b",
                episode_id=f"e{hours}",
                made_at=AT + timedelta(hours=hours),
                model="m",
                calls=1,
                prompt_tokens=10,
                money=0.5,
                became="lesson",
                reply=HOSTILE[4],
            )
            for hours in (0, 2)
        )
        for expense in (second, first.model_copy(update={"reply": "another"}), first):
            store.put_expense(NAMESPACE, expense)

        assert list(store.expenses(NAMESPACE)) == [first, second]
        assert list(store.expenses(OTHERS[0])) == []

    @pytest.mark.parametrize("text", HOSTILE)
    def test_any_text_comes_back_byte_for_byte(self, store: RecordStore, text: str) -> None:
        """Control characters, NULs and what looks like code are only text."""
        episode = Episode(
            id=f"id {text}",
            task=Task(goal=text, metadata={f"key {text}": text}),
            steps=(Step(action=text, observation=text),),
            agent=text,
        )

        store.put_episode(NAMESPACE, episode)

        assert store.episode(NAMESPACE, episode.id).episode == episode
        assert [logged.episode for logged in store.episodes(NAMESPACE)] == [episode]

    def test_a_long_observation_is_kept_whole(self, store: RecordStore) -> None:
        """Ten megabytes in one observation are no trouble."""
        step = Step(action="read", observation="\x00é🍏 x" * 1_048_576)
        episode = Episode(task=a_task(), steps=(step,))

        store.put_episode(NAMESPACE, episode)

        assert store.episode(NAMESPACE, episode.id).episode == episode

    def test_numbers_that_json_lacks_are_kept(self, store: RecordStore) -> None:
        """Infinity and NaN come back, and an episode that holds them can be stored again."""
        step = Step(action="a", observation="o", reward=float("nan"))
        outcome = Outcome(success=True, verifier_kind="tests", score=float("inf"))
        episode = Episode(task=a_task(), steps=(step,), outcome=outcome)
        store.put_episode(NAMESPACE, episode)

        stored = store.put_episode(NAMESPACE, episode)

        assert stored.outcome == outcome
        assert str(stored.steps[0].reward) == "nan"

    def test_storing_again_changes_nothing(self, store: RecordStore) -> None:
        """Clocks and retrieval ids may differ; what was stored first is what counts."""
        episode = a_success()
        store.put_episode(NAMESPACE, episode)
        again = episode.model_copy(update={"ended_at": AT, "retrieval_ids": ("other",)})

        assert store.put_episode(NAMESPACE, again) == episode
        assert [logged.episode for logged in store.episodes(NAMESPACE)] == [episode]

    @pytest.mark.parametrize(
        "other",
        [
            {"task": a_task("another goal")},
            {"steps": ()},
            {"outcome": None},
            {"ended_by": "limit"},
            {"agent": "another"},
            {"seed": 7},
            {"metadata": {"a": 1}},
        ],
    )
    def test_other_content_is_a_conflict(
        self, store: RecordStore, other: dict[str, object]
    ) -> None:
        """The same id with other content is refused, and nothing is lost."""
        episode = a_success()
        store.put_episode(NAMESPACE, episode)

        with pytest.raises(EpisodeConflict, match=episode.id):
            store.put_episode(NAMESPACE, episode.model_copy(update=other))

        assert store.episode(NAMESPACE, episode.id).episode == episode

    def test_episodes_come_in_the_order_of_storing(self, store: RecordStore) -> None:
        """However many there are, each comes once and in order."""
        stored = [store.put_episode(NAMESPACE, a_failure(steps=1)) for _ in range(20)]

        assert [logged.episode for logged in store.episodes(NAMESPACE)] == stored

    def test_an_unknown_episode_is_named(self, store: RecordStore) -> None:
        """Asking for what isn't there names it."""
        with pytest.raises(EpisodeNotFound, match="nowhere"):
            store.episode(NAMESPACE, "nowhere")
        with pytest.raises(EpisodeNotFound, match="nowhere"):
            store.add_outcome(NAMESPACE, "nowhere", an_outcome())
        with pytest.raises(EpisodeNotFound, match="nowhere"):
            store.append_step(NAMESPACE, "nowhere", 0, a_step())

    def test_verdicts_are_appended(self, store: RecordStore) -> None:
        """A later verdict joins the first, and leaves the episode as it was recorded."""
        episode = store.put_episode(NAMESPACE, a_success())
        later = [an_outcome(success=False), an_outcome(), an_outcome()]

        for outcome in later:
            assert store.add_outcome(NAMESPACE, episode.id, outcome) == outcome

        logged = store.episode(NAMESPACE, episode.id)
        assert logged.outcomes == (episode.outcome, *later)
        assert logged.episode == episode

    def test_a_first_verdict_may_come_late(self, store: RecordStore) -> None:
        """An episode recorded without a verdict gets one, and can still be stored again."""
        episode = store.put_episode(NAMESPACE, Episode(task=a_task()))

        store.add_outcome(NAMESPACE, episode.id, an_outcome())

        assert store.episode(NAMESPACE, episode.id).outcomes == (an_outcome(),)
        assert store.put_episode(NAMESPACE, episode) == episode

    def test_an_agent_does_not_judge_itself(self, store: RecordStore) -> None:
        """A verdict from the episode's own agent is refused, whenever it comes."""
        episode = store.put_episode(NAMESPACE, Episode(task=a_task(), agent="me"))

        with pytest.raises(SelfVerified):
            store.add_outcome(
                NAMESPACE,
                episode.id,
                Outcome(success=True, verifier_kind="judge", verifier="me"),
            )

        assert store.episode(NAMESPACE, episode.id).outcomes == ()

    def test_nothing_crosses_namespaces(self, store: RecordStore) -> None:
        """Neither a prefix, nor a longer namespace, nor a part sees an episode."""
        episode = store.put_episode(NAMESPACE, a_success())

        for other in OTHERS:
            assert list(store.episodes(other)) == []
            with pytest.raises(EpisodeNotFound):
                store.episode(other, episode.id)
            other_episode = a_failure().model_copy(update={"id": episode.id})
            assert store.put_episode(other, other_episode) == other_episode
        assert store.episode(NAMESPACE, episode.id).episode == episode

    def test_namespaces_are_those_with_records(self, store: RecordStore) -> None:
        """Reading or keeping a receipt makes no namespace known; recording does, sorted."""
        list(store.episodes(("read",)))
        store.put_retrievals(("retrieved",), [a_retrieval()])
        for namespace in (("b",), ("a", "b"), ("a",)):
            store.put_episode(namespace, a_success())

        assert store.namespaces() == (("a",), ("a", "b"), ("b",))

    @pytest.mark.parametrize("namespace", [(), ("",), ("a/b",), ("a.b",), ("a", "")])
    def test_an_unusable_namespace_is_refused(
        self, store: RecordStore, namespace: tuple[str, ...]
    ) -> None:
        """No label can pass for two, or for none."""
        with pytest.raises(InvalidNamespace):
            store.put_episode(namespace, a_success())

    def test_receipts_are_kept_once(self, store: RecordStore) -> None:
        """The same receipt may be sent again, alone or among others."""
        first, second = a_retrieval("text"), a_retrieval()

        store.put_retrievals(NAMESPACE, [first])
        store.put_retrievals(NAMESPACE, [first, second, second])

    def test_closing_twice_does_nothing(self, store: RecordStore) -> None:
        """A store can be closed by whoever is done with it."""
        store.close()
        store.close()
