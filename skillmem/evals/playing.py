"""The evaluation: a unit's tasks, each played once with what its arm shows."""

from __future__ import annotations

import time
from functools import partial

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
from skillmem.notes import USAGE
from skillmem.protocols import Agent, Recall
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
    """Play one task. Memory is recalled once; the agent sees neither label nor task id."""
    seed = episode_seed(bench.plan, build=unit.build, seed=unit.seed)
    budget = UNLIMITED_TOKENS if unit.budget is None else unit.budget
    task = stripped(bench.suite.task(task_id))
    shown = arm.show(task, token_budget=budget, key=keyed(seed, task_id))
    begun = time.monotonic()
    episode = play_task(
        bench.suite, _player(bench, unit), task, _recall(shown.text), seed=seed, task_id=task_id
    )
    seconds = time.monotonic() - begun
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
        steps=len(episode.steps),
        ended_by=episode.ended_by,
        memory_tokens=shown.tokens,
        items=shown.items,
        actions=tuple(step.action for step in episode.steps),
        detail=why_unjudged(episode) if outcome is None else "",
        position=position,
        model_tokens=_model_tokens(episode),
        seconds=round(seconds, 3),
    )
    return episode, played


def _score(bench: Bench, unit: WorkUnit, arm: Arm, task_id: str) -> Played:
    return play_once(bench, unit, arm, task_id)[1]


def _player(bench: Bench, unit: WorkUnit) -> Agent:
    if unit.arm != FLOOR:
        return bench.agent
    assert bench.plan.floor is not None
    return load_agent(bench.plan.floor)


def _recall(text: str) -> Recall:
    return lambda steps: text  # noqa: ARG005 - recalled once, before the first step


def _model_tokens(episode: Episode) -> int | None:
    """Add up what a model read and wrote, where the agent tells."""
    usage = episode.metadata.get(USAGE)
    if not isinstance(usage, dict):
        return None
    counts = [usage.get(name) for name in TOKENS]
    return sum(count for count in counts if isinstance(count, int))
