"""Failures of what a benchmark plays with, told with the task at which they came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from skillmem.errors import BenchmarkFailed, ModelUnavailable, SkillMemError
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
            f"{doing} failed: {type(error).__name__}: {error} (--traceback shows where); "
            "the same command goes on where this was chance; once the environment or the agent is "
            "mended, begin again with --renew"
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
    """Let an agent play a task, and close the environment.

    Raises:
        BenchmarkFailed: the agent or the environment raised, or there is no episode.
        ModelUnavailable: the agent's model can't be had, so that playing on is of no use.
    """
    with told_with(f"playing task {task_id!r}"), closed(env):
        episode: object = agent.play(env, task, recall, seed)
        if not isinstance(episode, Episode):
            raise TypeError(f"the agent's play() gave {type(episode).__name__}, not an Episode")
    if episode.outcome is None and why_unjudged(episode).startswith(ModelUnavailable.__name__):
        raise ModelUnavailable(
            f"task {task_id!r} was not judged: {why_unjudged(episode)}; what was finished is "
            "kept, run the same command again when the model is back"
        )
    return episode


@contextmanager
def closed(env: Environment) -> Iterator[None]:
    """Close an environment that can be closed."""
    try:
        yield
    finally:
        close: object = getattr(env, "close", None)
        if callable(close):
            close()


def why_unjudged(episode: Episode) -> str:
    """Say why an episode has no verdict, as its agent tells it."""
    return str(episode.metadata.get("error", "the agent gave no verdict"))
