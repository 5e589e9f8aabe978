"""The plain loop, and what all loops share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from agents.play import Attempt, Notebook, PlainAgent
from skillmem.errors import EpisodeConflict, ModelUnavailable, UnusableReply
from skillmem.types import Prompt, Task

TASK = Task(goal="count to three", observation="You stand at zero.")
CLOCK = datetime(2030, 1, 1, tzinfo=UTC)


class Counting:
    """An environment that is won by counting to three, and cut off after five steps."""

    def __init__(self, *, breaks_at: int = 99, stubborn: bool = False, salt: str = "") -> None:
        self.breaks_at = breaks_at
        self.stubborn = stubborn
        self.salt = salt
        self.steps = 0
        self.count = 0

    def reset(self, *, seed: int | None = None) -> tuple[str, dict[str, Any]]:
        """Begin at zero."""
        del seed
        self.steps = self.count = 0
        return "You stand at zero.", self._info()

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Count, or wait."""
        self.steps += 1
        if self.steps == self.breaks_at:
            raise ConnectionError("the line is dead")
        self.count += action == "count" and not self.stubborn
        won = self.count >= 3
        observation = f"You stand at {self.count}.{self.salt}"
        return observation, float(won), won, not won and self.steps >= 5, self._info()

    def _info(self) -> dict[str, Any]:
        return {"admissible_commands": ["count", f"wait {self.steps}"], "won": self.count >= 3}


class Counter:
    """A policy that counts, and remembers its prompts."""

    def __init__(self) -> None:
        self.prompts: list[Prompt] = []

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Count."""
        del seed
        self.prompts.append(prompt)
        return admissible[0]


def agent(policy: Counter | None = None) -> PlainAgent:
    """Make a plain agent."""
    policy = policy or Counter()
    return PlainAgent(policy, name="counter", policy_kind="scripted", clock=lambda: CLOCK)


def test_an_episode_is_told_in_full() -> None:
    """A won episode has its steps with what was admissible before each, and the verdict."""
    episode = agent().play(Counting(), TASK, lambda _: "", 7)

    assert [step.action for step in episode.steps] == ["count"] * 3
    assert [step.observation for step in episode.steps] == [f"You stand at {n}." for n in (1, 2, 3)]
    assert [step.admissible for step in episode.steps] == [("count", f"wait {n}") for n in range(3)]
    assert [step.reward for step in episode.steps] == [0.0, 0.0, 1.0]
    assert episode.outcome is not None
    assert episode.outcome.success
    assert (episode.outcome.verifier_kind, episode.outcome.verifier) == (
        "environment",
        "environment",
    )
    assert episode.outcome.score == 1.0
    assert (episode.ended_by, episode.agent, episode.seed) == ("agent", "counter", 7)


class Scoring(Counting):
    """An environment that tells a score of its own."""

    def _info(self) -> dict[str, Any]:
        return {**super()._info(), "score": self.count / 3}


def test_the_score_is_the_environments() -> None:
    """A score in the info counts, rather than the last reward."""
    episode = agent().play(Scoring(), TASK, lambda _: "", 7)

    assert episode.outcome is not None
    assert episode.outcome.score == 1.0


class Speechless(Counter):
    """A policy whose model fails at the third decision."""

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Count, or fail."""
        if len(prompt.steps) == 2:
            raise UnusableReply("nothing but trains")
        return super().act(prompt, admissible, seed=seed)


def test_a_failing_model_is_not_judged() -> None:
    """A model's failure ends the episode by `error`: steps kept, no verdict, the reason told."""
    episode = agent(Speechless()).play(Counting(), TASK, lambda _: "", 7)

    assert (episode.outcome, episode.ended_by, len(episode.steps)) == (None, "error", 2)
    assert episode.metadata == {"error": "UnusableReply: nothing but trains"}
    assert (episode.agent, episode.seed) == ("counter", 7)


class ServerDown(ModelUnavailable):
    """A kind of its own."""


class Deserted(Counter):
    """A policy whose model is gone."""

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:  # noqa: ARG002
        """Fail."""
        raise ServerDown("nobody answers")


def test_a_model_that_is_gone_is_told_as_such() -> None:
    """Whatever kind of unavailability it is, the metadata has a field for it beside the words."""
    episode = agent(Deserted()).play(Counting(), TASK, lambda _: "", 7)

    assert episode.metadata == {"error": "ServerDown: nobody answers", "model_unavailable": True}


def test_the_policy_sees_all_steps() -> None:
    """Each prompt holds the goal, the first observation, the memory and the steps so far."""
    policy = Counter()

    agent(policy).play(Counting(), TASK, lambda steps: f"after {len(steps)}", 7)

    assert [prompt.memory for prompt in policy.prompts] == ["after 0", "after 1", "after 2"]
    assert [len(prompt.steps) for prompt in policy.prompts] == [0, 1, 2]
    assert {prompt.observation for prompt in policy.prompts} == {"You stand at zero."}


def test_the_limit_is_a_failure() -> None:
    """An episode that the environment cuts off ends by `limit`, with its verdict."""
    episode = agent().play(Counting(stubborn=True), TASK, lambda _: "", 7)

    assert (len(episode.steps), episode.ended_by) == (5, "limit")
    assert episode.outcome is not None
    assert not episode.outcome.success


def test_a_broken_environment_is_recorded() -> None:
    """What the environment raises ends the episode by `error`, and is no failure of the agent's."""
    episode = agent().play(Counting(breaks_at=2), TASK, lambda _: "", 7)

    assert (len(episode.steps), episode.ended_by) == (2, "error")
    assert episode.steps[-1].error == "ConnectionError: the line is dead"
    assert episode.outcome is None
    assert episode.metadata == {
        "error": "ConnectionError: the line is dead",
        "environment_broke": True,
    }


def half_played() -> Notebook:
    """Give the log of an episode of which two steps were played."""
    log = Notebook(TASK, agent="counter", seed=7, clock=lambda: CLOCK)
    attempt = Attempt(Counting(), TASK, log, seed=7)
    attempt.act("count", index=0)
    attempt.act("wait 1", index=1)
    return log


def test_an_attempt_goes_on_from_its_log() -> None:
    """A fresh environment is brought to where the log ends, and nothing is logged again."""
    log = half_played()
    before = log.steps

    attempt = Attempt(Counting(), TASK, log, seed=7)

    assert log.steps == before
    assert attempt.moment.observation == "You stand at 1."
    assert attempt.moment.admissible == ("count", "wait 2")


def test_a_logged_step_is_not_done_again() -> None:
    """An action whose step is in the log already, or after the end, does nothing."""
    log = half_played()
    attempt = Attempt(Counting(), TASK, log, seed=7)

    attempt.act("count", index=1)
    assert len(log.steps) == 2

    attempt.act("count", index=2)
    attempt.act("count", index=3)
    assert attempt.over
    attempt.act("count", index=4)
    assert [step.action for step in log.steps] == ["count", "wait 1", "count", "count"]


def test_another_environment_is_refused() -> None:
    """An episode is not resumed in an environment that answers in another way."""
    with pytest.raises(
        EpisodeConflict, match=r"step 0, 'count', was answered by 'You stand at 1\.'"
    ):
        Attempt(Counting(salt="!"), TASK, half_played(), seed=7)


def test_a_broken_step_stays_broken() -> None:
    """An error in the log ends the episode when it is resumed, too."""
    log = Notebook(TASK, agent="counter", seed=7, clock=lambda: CLOCK)
    Attempt(Counting(breaks_at=1), TASK, log, seed=7).act("count", index=0)

    attempt = Attempt(Counting(), TASK, log, seed=7)

    episode = attempt.finish()
    assert (episode.ended_by, episode.outcome) == ("error", None)


def test_an_attempt_is_finished_once() -> None:
    """Closing an attempt again gives the same episode, whatever is said then."""
    attempt = Attempt(Counting(), TASK, half_played(), seed=7)

    episode = attempt.finish(ended_by="cancelled", detail="enough")

    assert attempt.finish() is episode
    assert episode.ended_by == "cancelled"
    assert episode.outcome is not None
    assert episode.outcome.detail == "enough"
