"""Agents and suites that look for what they must not see, or break what they are given."""

from __future__ import annotations

from skillmem.protocols import Environment, Recall
from skillmem.testing.suites import ChoreAgent, ChoreSuite
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


def make_spy() -> Spy:
    """Make the agent."""
    return Spy()


def make_leaky() -> Leaky:
    """Make the suite."""
    return Leaky()
