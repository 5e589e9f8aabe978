"""The evaluation: a unit's tasks, each played once with what its arm shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from skillmem.evals.arms import Arm
from skillmem.evals.builds import open_arm
from skillmem.evals.collection import Bench
from skillmem.evals.deadline import Deadline
from skillmem.evals.failing import play_task, why_unjudged
from skillmem.evals.folder import RunFolder
from skillmem.evals.games import evaluated_tasks, stripped
from skillmem.evals.journal import Journal
from skillmem.evals.loading import load_agent
from skillmem.evals.plan import FLOOR, WorkUnit, episode_seed, keyed, unit_tasks
from skillmem.evals.results import Played
from skillmem.evals.retrying import Retry
from skillmem.evals.shelf import Shown
from skillmem.notes import USAGE
from skillmem.protocols import Agent, Recall
from skillmem.refining import Again, attempt
from skillmem.types import Episode

UNLIMITED_TOKENS = 10**9
TOKENS = ("prompt_tokens", "completion_tokens")


def play(bench: Bench, folder: RunFolder, unit: WorkUnit, *, deadline: Deadline) -> None:
    """Play a unit's tasks as far as time allows; no memory ever sees the episodes.

    Each is kept when it is over, and the next call goes on behind it.
    """
    journal = Journal(folder.begun_file(unit), Played, deadline)
    with open_arm(bench, folder, build=unit.build, arm=unit.arm) as arm:
        for task_id in unit_tasks(bench.plan, unit, evaluated_tasks(bench.suite, bench.plan)):
            if journal.take(task_id, partial(_score, bench, unit, arm, task_id)) is None:
                return
    folder.close(unit)


def play_once(
    bench: Bench, unit: WorkUnit, arm: Arm, task_id: str, *, position: int | None = None
) -> tuple[Episode, Played]:
    """Play one task; an arm that tries again, until it is won. Gives the last attempt.

    Memory is recalled once an attempt; the agent sees neither label nor task id.
    """
    begun = time.monotonic()
    turns = _attempts(bench, unit, arm, task_id)
    seconds = time.monotonic() - begun
    episodes = [it.episode for it in turns]
    episode, shown = turns[-1].episode, [it.shown for it in turns]
    outcome = episode.outcome
    played = Played(
        arm=unit.arm,
        budget=unit.budget,
        build=unit.build,
        seed=unit.seed,
        task=task_id,
        label=bench.suite.task(task_id).label,
        success=None if outcome is None else outcome.success,
        score=None if outcome is None else outcome.score,
        steps=sum(len(it.steps) for it in episodes),
        ended_by=episode.ended_by,
        memory_tokens=sum(it.tokens for it in shown),
        items=tuple(dict.fromkeys(item for it in shown for item in it.items)),
        actions=tuple(step.action for it in episodes for step in it.steps),
        detail=why_unjudged(episode) if outcome is None else "",
        position=position,
        model_tokens=_model_tokens(episodes),
        seconds=round(seconds, 3),
        attempts=len(turns),
        critiqued=sum(it.critiqued for it in turns),
    )
    return episode, played


class _Attempt(NamedTuple):
    """One attempt: whether it was told of the last one, what it was shown, and how it went."""

    critiqued: bool
    shown: Shown
    episode: Episode


def _attempts(bench: Bench, unit: WorkUnit, arm: Arm, task_id: str) -> tuple[_Attempt, ...]:
    """Play a task as often as the arm may."""
    seed = episode_seed(bench.plan, build=unit.build, seed=unit.seed)
    budget = UNLIMITED_TOKENS if unit.budget is None else unit.budget
    task = stripped(bench.suite.task(task_id))
    found: list[_Attempt] = []

    def play(number: int, critique: str | None) -> Episode:
        if isinstance(arm, Retry) and critique:
            shown = arm.show_with(critique, task, token_budget=budget)
        else:
            shown = arm.show(task, token_budget=budget, key=keyed(seed, task_id))
        agent = Again(_player(bench, unit), number) if number else _player(bench, unit)
        recall = _recall(shown.text)
        episode = play_task(bench.suite, agent, task, recall, seed=seed, task_id=task_id)
        told = bool(critique) and shown.text.startswith(critique or "")
        found.append(_Attempt(told, shown, episode))
        return episode

    advise = arm.advise if isinstance(arm, Retry) else _stop
    attempt(play, advise, tries=bench.plan.tries)
    return tuple(found)


def _stop(failure: Episode) -> None:
    """Leave a failure alone."""


def _score(bench: Bench, unit: WorkUnit, arm: Arm, task_id: str) -> Played:
    return play_once(bench, unit, arm, task_id)[1]


def _player(bench: Bench, unit: WorkUnit) -> Agent:
    if unit.arm != FLOOR:
        return bench.agent
    assert bench.plan.floor is not None
    return load_agent(bench.plan.floor)


def _recall(text: str) -> Recall:
    return lambda steps: text  # noqa: ARG005 - recalled once, before the first step


def _model_tokens(episodes: Sequence[Episode]) -> int | None:
    """Add up what a model read and wrote, where the agent tells."""
    told = [usage for it in episodes if isinstance(usage := it.metadata.get(USAGE), dict)]
    counts = [usage.get(name) for usage in told for name in TOKENS]
    return sum(count for count in counts if isinstance(count, int)) if told else None
