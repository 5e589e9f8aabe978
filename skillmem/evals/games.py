"""Which games a build trains on and which are evaluated, and that they share nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import combinations
from statistics import fmean
from typing import Literal

from skillmem.errors import InvalidOption, LeakFound, UnknownSplit
from skillmem.evals.plan import Plan, interleave, keyed
from skillmem.protocols import DrawingSuite, Suite, TransparentSuite
from skillmem.types import Task

TRAIN = "train"
MOST_DRAWS = 10
"""Times as many games as needed may be drawn to find enough that are not evaluated."""

Usable = Callable[[str], bool]


def evaluated_tasks(suite: Suite, plan: Plan) -> tuple[str, ...]:
    """Name the tasks that are evaluated, labels in turn.

    Raises:
        UnknownSplit: there is no such split.
    """
    if plan.split not in suite.splits:
        raise UnknownSplit(
            f"the environment {plan.env!r} has no split {plan.split!r}; name one that it has with "
            f"--split: {', '.join(suite.splits)}"
        )
    task_ids = suite.tasks(plan.split)
    labels = [suite.task(task_id).label for task_id in task_ids]
    return interleave(task_ids, labels)[: plan.limit]


def train_source(suite: Suite, plan: Plan) -> Literal["official", "drawn"]:
    """Say where training games come from: drawn anew wherever the suite can draw.

    Raises:
        UnknownSplit: there is no split to train on, and games can't be drawn.
        InvalidOption: the source that is asked for can't give as many.
    """
    if plan.train_source != "official" and isinstance(suite, DrawingSuite):
        return "drawn"
    if plan.train_source == "drawn":
        raise InvalidOption(
            f"--train-source drawn: the environment {plan.env!r} draws no games; take 'official'"
        )
    _require_training_split(suite, plan)
    official = len(_official_pool(suite, _not_evaluated(suite, plan)))
    if plan.train > official:
        judged = "; the others are evaluated (--split)" if plan.split == TRAIN else ""
        raise InvalidOption(
            f"--train {plan.train} exceeds the {official} tasks of the split {TRAIN!r} that can "
            f"be used for training{judged}; ask for fewer, or for an environment that draws more"
        )
    return "official"


def training_tasks(suite: Suite, plan: Plan, *, build: int) -> tuple[str, ...]:
    """Choose a build's training games: the same ones for the same seed and build.

    A game that equals an evaluated one is left out, whatever its id.

    Raises:
        InvalidOption: the source that is asked for can't give as many.
        LeakFound: hardly any game is drawn that is not evaluated.
    """
    key = int(keyed(plan.seed, "games", build)[:8], 16)
    usable = _not_evaluated(suite, plan)
    if train_source(suite, plan) == "drawn" and isinstance(suite, DrawingSuite):
        return _drawn(suite, usable, count=plan.train, seed=key)
    pool = _official_pool(suite, usable)
    return tuple(sorted(pool, key=lambda task_id: keyed(key, task_id))[: plan.train])


def mean_overlap(builds: Sequence[Collection[str]]) -> float:
    """Count the training games that two builds share, on average over all pairs of builds."""
    shared = [len({*one} & {*other}) for one, other in combinations(builds, 2)]
    return fmean(shared) if shared else 0.0


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


def _not_evaluated(suite: Suite, plan: Plan) -> Usable:
    judged = {_beginning(suite, task_id) for task_id in evaluated_tasks(suite, plan)}
    return lambda task_id: _beginning(suite, task_id) not in judged


def _require_training_split(suite: Suite, plan: Plan) -> None:
    if TRAIN in suite.splits:
        return
    raise UnknownSplit(
        f"the environment {plan.env!r} has no split {TRAIN!r} to learn from, only: "
        f"{', '.join(suite.splits)}; name the split of its training tasks so, or take "
        "--mode online, which learns from the split that is evaluated"
    )


def _official_pool(suite: Suite, usable: Usable) -> tuple[str, ...]:
    return tuple(filter(usable, suite.tasks(TRAIN)))


def _drawn(suite: DrawingSuite, usable: Usable, *, count: int, seed: int) -> tuple[str, ...]:
    """Draw `count` usable games: as many more are drawn as were not usable."""
    wanted = count
    while True:
        drawn = suite.draw(wanted, seed)
        found = tuple(filter(usable, drawn))
        if len(found) >= count:
            return found[:count]
        if len(drawn) < wanted or wanted >= MOST_DRAWS * count:
            raise _too_few(count, drawn=len(drawn), found=len(found))
        wanted = min(wanted + count - len(found), MOST_DRAWS * count)


def _too_few(count: int, *, drawn: int, found: int) -> InvalidOption | LeakFound:
    if drawn < count:
        return InvalidOption(f"--train {count} exceeds the {drawn} games that can be drawn")
    return LeakFound(
        f"of {drawn} training games drawn only {found} differ from all evaluated tasks, and "
        f"{count} are needed; evaluate another split, or train on fewer games"
    )
