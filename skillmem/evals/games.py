"""Which games a build trains on and which are evaluated, and that they share nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from skillmem.errors import InvalidOption, LeakFound
from skillmem.evals.plan import Plan, interleave, keyed
from skillmem.protocols import DrawingSuite, Suite, TransparentSuite
from skillmem.types import Task

TRAIN = "train"


def evaluated_tasks(suite: Suite, plan: Plan) -> tuple[str, ...]:
    """Name the tasks that are evaluated, labels in turn.

    Raises:
        UnknownSplit: there is no such split.
    """
    task_ids = suite.tasks(plan.split)
    labels = [suite.task(task_id).label for task_id in task_ids]
    return interleave(task_ids, labels)[: plan.limit]


def train_source(suite: Suite, plan: Plan) -> Literal["official", "drawn"]:
    """Say where training games come from: official ones wherever there are enough.

    Raises:
        InvalidOption: neither source can give as many.
    """
    official = len(_official_pool(suite, plan))
    if plan.train_source != "drawn" and plan.train <= official:
        return "official"
    if plan.train_source == "official" or not isinstance(suite, DrawingSuite):
        raise InvalidOption(
            f"--train {plan.train} exceeds the {official} tasks of the split {TRAIN!r} that can "
            "be used for training; ask for fewer, or for an environment that draws more"
        )
    return "drawn"


def training_tasks(suite: Suite, plan: Plan, *, build: int) -> tuple[str, ...]:
    """Draw a build's training games anew: the same ones for the same seed and build."""
    key = int(keyed(plan.seed, "games", build)[:8], 16)
    if train_source(suite, plan) == "drawn" and isinstance(suite, DrawingSuite):
        return suite.draw(plan.train, key)
    pool = _official_pool(suite, plan)
    return tuple(sorted(pool, key=lambda task_id: keyed(key, task_id))[: plan.train])


def require_no_leak(suite: Suite, *, training: Iterable[str], evaluated: Iterable[str]) -> None:
    """Refuse training games that an evaluated task repeats: the same goal, the same beginning.

    The beginning is the initial state where the suite can tell it, else the first
    observation.

    Raises:
        LeakFound: one does.
    """
    judged = {_beginning(suite, task_id): task_id for task_id in evaluated}
    for task_id in training:
        twin = judged.get(_beginning(suite, task_id))
        if twin is not None:
            raise LeakFound(
                f"the training game {task_id!r} and the evaluated task {twin!r} have the same "
                "goal and begin in the same way; take other games for one of them"
            )


def stripped(task: Task) -> Task:
    """Give what an agent or a memory may see of a task: no label, no metadata."""
    return Task(goal=task.goal, observation=task.observation)


def _beginning(suite: Suite, task_id: str) -> tuple[str, str]:
    task = suite.task(task_id)
    if isinstance(suite, TransparentSuite):
        return task.goal, suite.initial_state(task_id)
    return task.goal, task.observation


def _official_pool(suite: Suite, plan: Plan) -> tuple[str, ...]:
    pool = suite.tasks(TRAIN)
    if plan.split != TRAIN:
        return pool
    evaluated = set(evaluated_tasks(suite, plan))
    return tuple(task_id for task_id in pool if task_id not in evaluated)
