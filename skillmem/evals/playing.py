"""The evaluation: a unit's tasks, each played once with what its arm shows."""

from __future__ import annotations

from collections.abc import Iterator

from skillmem.evals.arms import Arm
from skillmem.evals.builds import open_arm
from skillmem.evals.collection import Bench
from skillmem.evals.failing import open_task, play_task
from skillmem.evals.folder import RunFolder
from skillmem.evals.games import evaluated_tasks, stripped
from skillmem.evals.plan import WorkUnit, episode_seed, keyed, unit_tasks
from skillmem.evals.results import Played
from skillmem.evals.shelf import Shown
from skillmem.protocols import Recall
from skillmem.types import Episode

UNLIMITED_TOKENS = 10**9


def play(bench: Bench, folder: RunFolder, unit: WorkUnit) -> None:
    """Play a unit's tasks and keep the episodes; no memory ever sees them."""
    with open_arm(bench, folder, build=unit.build, arm=unit.arm) as arm:
        folder.put(unit, _episodes(bench, unit, arm))


def _episodes(bench: Bench, unit: WorkUnit, arm: Arm) -> Iterator[Played]:
    """Recall once per episode; the agent sees neither label nor task id."""
    seed = episode_seed(bench.plan, build=unit.build, seed=unit.seed)
    budget = UNLIMITED_TOKENS if unit.budget is None else unit.budget
    for task_id in unit_tasks(unit, evaluated_tasks(bench.suite, bench.plan)):
        task = stripped(bench.suite.task(task_id))
        shown = arm.show(task, token_budget=budget, key=keyed(seed, task_id))
        env = open_task(bench.suite, task_id)
        recall = _recall(shown.text)
        episode = play_task(bench.agent, env, task, recall, seed=seed, task_id=task_id)
        yield _played(bench, unit, episode, task_id=task_id, shown=shown)


def _recall(text: str) -> Recall:
    return lambda steps: text  # noqa: ARG005 - recalled once, before the first step


def _played(
    bench: Bench, unit: WorkUnit, episode: Episode, *, task_id: str, shown: Shown
) -> Played:
    return Played(
        arm=unit.arm,
        budget=unit.budget,
        build=unit.build,
        seed=unit.seed,
        task=task_id,
        label=bench.suite.task(task_id).label,
        success=episode.outcome is not None and episode.outcome.success,
        steps=len(episode.steps),
        ended_by=episode.ended_by,
        memory_tokens=shown.tokens,
        items=shown.items,
        actions=tuple(step.action for step in episode.steps),
    )
