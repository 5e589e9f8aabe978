"""Failures of what a benchmark plays with, told with the task at which they came."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from skillmem.environments import closed
from skillmem.errors import BenchmarkFailed, ModelError, ModelUnavailable, SkillMemError
from skillmem.notes import ENVIRONMENT_BROKE, ERROR, MODEL_UNAVAILABLE
from skillmem.protocols import Agent, Environment, Recall, Suite
from skillmem.types import Episode, Task

logger = logging.getLogger("skillmem")

TRIES = 3
"""How often a task is played whose environment breaks, before it is told as not judged."""


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
    suite: Suite, agent: Agent, task: Task, recall: Recall, *, seed: int, task_id: str
) -> Episode:
    """Let an agent play a task in a fresh environment; in another one if that breaks.

    Long episodes meet more breakdowns than short ones, and are lost more often: to leave out those
    that broke would flatter whoever is slow. So they are played again, `TRIES` times in all.

    Raises:
        BenchmarkFailed: the agent, the suite or the environment's `reset` raised, or there is no
            episode.
        ModelUnavailable: the agent's model can't be had, so that playing on is of no use.
    """
    for _ in range(TRIES):
        env = open_task(suite, task_id)
        episode = _play(agent, env, task, recall, seed=seed, task_id=task_id)
        if episode.outcome is not None or episode.metadata.get(ENVIRONMENT_BROKE) is not True:
            break
        logger.warning("task %r is played again: %s", task_id, why_unjudged(episode))
    if episode.outcome is None:
        logger.warning("task %r was not judged: %s", task_id, why_unjudged(episode))
    return episode


def _play(
    agent: Agent, env: Environment, task: Task, recall: Recall, *, seed: int, task_id: str
) -> Episode:
    """Let an agent play a task, and close the environment.

    Raises:
        BenchmarkFailed: the agent or the environment raised, or there is no episode.
        ModelUnavailable: the agent's model can't be had, so that playing on is of no use.
    """
    try:
        with told_with(f"playing task {task_id!r}"), closed(env):
            episode: object = agent.play(env, task, recall, seed)
            if not isinstance(episode, Episode):
                raise TypeError(f"the agent's play() gave {type(episode).__name__}, not an Episode")
    except ModelUnavailable as error:
        raise _model_lost(task_id, str(error)) from error
    except ModelError as error:
        return _unjudged(task, error, seed=seed)
    if episode.outcome is None and episode.metadata.get(MODEL_UNAVAILABLE) is True:
        raise _model_lost(task_id, why_unjudged(episode))
    return episode


def why_unjudged(episode: Episode) -> str:
    """Say why an episode has no verdict, as its agent tells it."""
    return str(episode.metadata.get(ERROR, "the agent gave no verdict"))


def _unjudged(task: Task, error: ModelError, *, seed: int) -> Episode:
    """Make the episode of an agent that raised what its model did wrong, and kept no steps."""
    said = {ERROR: f"{type(error).__name__}: {error}"}
    return Episode(task=task, ended_by="error", metadata=said, seed=seed)


def _model_lost(task_id: str, reason: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"task {task_id!r} was not judged: {reason}; what was finished is kept, run the same "
        "command again when the model is back"
    )
