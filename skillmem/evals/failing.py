"""Failures of what a benchmark plays with, told with the task at which they came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from skillmem.errors import BenchmarkFailed, SkillMemError
from skillmem.protocols import Agent, Environment, Recall, Suite
from skillmem.types import Episode, Task


@contextmanager
def told_with(doing: str) -> Iterator[None]:
    """Raise whatever foreign code raises as a `BenchmarkFailed` that says what was being done.

    Raises:
        BenchmarkFailed: something was raised that skillmem didn't raise on purpose.
    """
    try:
        yield
    except SkillMemError:
        raise
    except Exception as error:
        raise BenchmarkFailed(
            f"{doing} failed: {type(error).__name__}: {error}; "
            "mend the environment or the agent, and run the same command again to go on"
        ) from error


def open_task(suite: Suite, task_id: str) -> Environment:
    """Open a task.

    Raises:
        BenchmarkFailed: the suite raised.
    """
    with told_with(f"opening task {task_id!r}"):
        return suite.open(task_id)


def play_task(
    agent: Agent, env: Environment, task: Task, recall: Recall, *, seed: int, task_id: str
) -> Episode:
    """Let an agent play a task.

    Raises:
        BenchmarkFailed: the agent or the environment raised, or there is no episode.
    """
    with told_with(f"playing task {task_id!r}"):
        episode: object = agent.play(env, task, recall, seed)
        if not isinstance(episode, Episode):
            raise TypeError(f"the agent's play() gave {type(episode).__name__}, not an Episode")
        return episode
