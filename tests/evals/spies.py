"""Agents and suites that look for what they must not see, or break what they are given."""

from __future__ import annotations

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


class Reticent:
    """Plays chores, and says nothing of itself."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play."""
        return ChoreAgent().play(env, task, recall, seed)


make_bare, make_listless, make_stuck, make_silent = Bare, Listless, Stuck, Silent
make_raising, make_mute, make_reticent = Raising, Mute, Reticent


def make_spy() -> Spy:
    """Make the agent."""
    return Spy()


def make_leaky() -> Leaky:
    """Make the suite."""
    return Leaky()
