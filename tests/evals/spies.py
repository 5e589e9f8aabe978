"""Agents and suites that look for what they must not see, or break what they are given."""

from __future__ import annotations

import os
import signal
import time
from typing import ClassVar

from pydantic import JsonValue

from skillmem.errors import ModelError, ModelUnavailable, UnusableReply
from skillmem.extras import missing_extra
from skillmem.protocols import Environment, Info, Recall
from skillmem.testing.suites import Chore, ChoreAgent, ChoreEnvironment, ChoreSuite
from skillmem.types import Episode, Task


class Spy(ChoreAgent):
    """Refuses to play when it sees a label, metadata, or a memory that changes."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Look, then play."""
        assert task.label == ""
        assert task.metadata == {}
        assert recall(()) == recall(())
        return super().play(env, task, recall, seed)


class Leaky(ChoreSuite):
    """Evaluates what it trains on."""

    def task(self, task_id: str) -> Task:  # noqa: ARG002 - that is its fault
        """Give the same task for all."""
        return super().task("warm:spoon")


class Bare(ChoreSuite):
    """Has nothing to evaluate."""

    def tasks(self, split: str) -> tuple[str, ...]:
        """Name the training tasks alone."""
        return super().tasks(split) if split == "train" else ()


class Listless(ChoreSuite):
    """Can't name its tasks."""

    def tasks(self, split: str) -> tuple[str, ...]:
        """Fail."""
        raise RuntimeError(f"no list of {split}")


class _Stuck(ChoreEnvironment):
    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:  # noqa: ARG002
        raise RuntimeError("stuck")


class _Silent(ChoreEnvironment):
    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:
        return super().reset(seed=seed)[0], {}


class Stuck(ChoreSuite):
    """Its environments can't be reset."""

    def open(self, task_id: str) -> ChoreEnvironment:
        """Open one."""
        return _Stuck(Chore(*task_id.split(":")))


class Silent(ChoreSuite):
    """Its environments don't say what is possible."""

    def open(self, task_id: str) -> ChoreEnvironment:
        """Open one."""
        return _Silent(Chore(*task_id.split(":")))


class _Hasty(ChoreEnvironment):
    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        text, reward, _, _, info = super().step(action)
        return text, reward, False, True, {**info, "won": False}


class Hasty(ChoreSuite):
    """Its environments end after one step."""

    def open(self, task_id: str) -> ChoreEnvironment:
        """Open one."""
        return _Hasty(Chore(*task_id.split(":")))


class _Fragile(ChoreEnvironment):
    def __init__(self, chore: Chore, *, breaks: bool) -> None:
        super().__init__(chore)
        self._breaks = breaks

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        if self._breaks:
            raise ConnectionError("the line is dead")
        return super().step(action)


class Fragile(ChoreSuite):
    """Of each task the first environments break."""

    breaking = 1

    def __init__(self) -> None:
        super().__init__()
        self.opened: dict[str, int] = {}

    def open(self, task_id: str) -> ChoreEnvironment:
        """Open one."""
        self.opened[task_id] = count = self.opened.get(task_id, 0) + 1
        return _Fragile(Chore(*task_id.split(":")), breaks=count <= self.breaking)


class Noting(ChoreAgent):
    """Says of an environment that raised what an agent should say."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play, or tell what broke."""
        try:
            return super().play(env, task, recall, seed)
        except ConnectionError as error:
            told: dict[str, JsonValue] = {"error": repr(error), "environment_broke": True}
            return Episode(task=task, ended_by="error", metadata=told, seed=seed)


class Raising(ChoreAgent):
    """Fails in every episode."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:  # noqa: ARG002
        """Fail."""
        raise ValueError("no idea")


class Mute(ChoreAgent):
    """Gives no episode."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:  # noqa: ARG002
        """Give nothing."""
        return None  # type: ignore[return-value]


class Unjudged(ChoreAgent):
    """Its model fails in every warm chore, in the way that its reason tells."""

    told: ClassVar[dict[str, JsonValue]] = {"error": "UnusableReply: the model said 'hm'"}

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play, and give no verdict on warm chores."""
        episode = super().play(env, task, recall, seed)
        if not task.goal.startswith("warm"):
            return episode
        return episode.model_copy(
            update={"outcome": None, "ended_by": "error", "metadata": self.told}
        )


class Babbling(ChoreAgent):
    """Its model says something else each time, and nothing of use."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play, and give no verdict."""
        episode = super().play(env, task, recall, seed)
        reason = f"UnusableReply: [b]{task.goal}[/b]\x1b[2J"
        return episode.model_copy(
            update={"outcome": None, "ended_by": "error", "metadata": {"error": reason}}
        )


class Dead(Unjudged):
    """Its server is down whenever a chore is warm."""

    told: ClassVar[dict[str, JsonValue]] = {
        "error": "nobody answers at http://127.0.0.1:9/v1",
        "model_unavailable": True,
    }


class Dreaming(Unjudged):
    """Its model answers with the name of an error that it isn't."""

    told: ClassVar[dict[str, JsonValue]] = {"error": "ModelUnavailable, said the model"}


class Giving(Spy):
    """Raises an error of its model in every warm chore."""

    error: ModelError = UnusableReply("the model said 'hm'")

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play, or raise."""
        if task.goal.startswith("warm"):
            raise self.error
        return super().play(env, task, recall, seed)


class ServerDown(ModelUnavailable):
    """A kind of error that is not skillmem's own."""


class Lost(Giving):
    """Raises that its model is gone, in its own words."""

    error = ServerDown("nobody answers at http://127.0.0.1:9/v1")


class Mortal(Spy):
    """Kills its process in the episode that the environment's `DIES_AT` numbers, if any."""

    episodes = 0

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play, or die."""
        self.episodes += 1
        if self.episodes == int(os.environ.get("DIES_AT", "0")):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().play(env, task, recall, seed)


class Slow(Spy):
    """Takes its time."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Wait, then play."""
        time.sleep(0.25)
        return super().play(env, task, recall, seed)


class Open(Spy):
    """Says what it rests on."""

    rests_on = "one"

    def fingerprint(self) -> str:
        """Tell."""
        return self.rests_on


class OpenSuite(ChoreSuite):
    """Says what it rests on."""

    rests_on = "one"

    def fingerprint(self) -> str:
        """Tell."""
        return self.rests_on


class Metered(ChoreAgent):
    """Says what it took of a model, and counts as one."""

    policy_kind = "model"

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play, ten tokens an action."""
        episode = super().play(env, task, recall, seed)
        usage = {"prompt_tokens": 9 * len(episode.steps), "completion_tokens": len(episode.steps)}
        return episode.model_copy(update={"metadata": {"usage": usage}})


class Reticent:
    """Plays chores, and says nothing of itself."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play."""
        return ChoreAgent().play(env, task, recall, seed)


def make_unequipped_suite() -> ChoreSuite:
    """Lack an engine."""
    raise missing_extra("there is no engine", "scienceworld")


def make_unequipped_agent() -> ChoreAgent:
    """Lack a model."""
    raise missing_extra("there is no model", "llama")


make_bare, make_listless, make_stuck, make_silent = Bare, Listless, Stuck, Silent
make_hasty, make_mortal, make_slow = Hasty, Mortal, Slow
make_raising, make_mute, make_reticent = Raising, Mute, Reticent
make_unjudged, make_dead, make_metered = Unjudged, Dead, Metered
make_open, make_open_suite = Open, OpenSuite
make_dreaming, make_giving, make_lost = Dreaming, Giving, Lost
make_babbling = Babbling
make_fragile, make_noting = Fragile, Noting


def make_fixed(*, manner: str) -> ChoreAgent:
    """Make an agent that needs to be told something."""
    assert manner == "gentle"
    return ChoreAgent()


def make_spy() -> Spy:
    """Make the agent."""
    return Spy()


def make_leaky() -> Leaky:
    """Make the suite."""
    return Leaky()
