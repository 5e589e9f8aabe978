"""The suite: the tasks in their official splits, each as a task, an environment, a plan."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import sha256

from envs.checks import find_split, require_at_least
from envs.engines import Loan
from envs.installed import releases
from envs.scienceworld.engine import Moment, Variation, act, begin, engines, task_names, variations
from envs.scienceworld.environment import ScienceWorldEnv, introduction
from skillmem.errors import InvalidOption, UnknownTask
from skillmem.types import Task

SPLITS = ("train", "dev", "test")
SIMPLIFICATIONS = (
    "easy",
    "teleportAction",
    "openDoors",
    "openContainers",
    "selfWateringFlowerPots",
    "noElectricalAction",
)
SHORT = (
    "find-non-living-thing,find-plant,lifespan-longest-lived,chemistry-mix-paint-secondary-color"
)
"""Tasks that the engine itself wins in few actions: most in a dozen, mixing paint in up to 34."""
IDENTIFIER = re.compile(r'"uuid": "\d+"|(?<=[^"])-\d+(?=": \{)')
"""What the engine numbers anew: it identifies nothing."""


class Suite:
    """Tasks in splits. A task's id, and what `make` was given, are all that is needed to open it.

    An id is the task's name, the split, and the variation's number: `boil/test/21`.
    """

    splits: tuple[str, ...] = SPLITS

    def __init__(
        self,
        names: Sequence[str],
        *,
        simplification: str,
        max_steps: int,
        per_task: int,
        every_command: bool,
    ) -> None:
        self._names = tuple(names)
        self._simplification = simplification
        self._max_steps = max_steps
        self._per_task = per_task
        self._every_command = every_command
        self._begin = lru_cache(maxsize=None)(_look)
        self._plan = lru_cache(maxsize=None)(_ask_expert)

    def tasks(self, split: str) -> tuple[str, ...]:
        """Name the first `per_task` variations of each task's official split.

        Raises:
            UnknownSplit: there is no such split.
        """
        split = find_split(split, SPLITS)
        return tuple(
            f"{name}/{split}/{number}"
            for name in self._names
            for number in variations(name)[split][: self._per_task]
        )

    def task(self, task_id: str) -> Task:
        """Describe a task; its label is its name.

        Raises:
            UnknownTask: there is none of that id.
        """
        variation = self._parse(task_id)
        moment, _ = self._begin(variation)
        return Task(goal=moment.goal, observation=introduction(moment), label=variation.name)

    def open(self, task_id: str) -> ScienceWorldEnv:
        """Make a fresh copy of a task's environment.

        Raises:
            UnknownTask: there is none of that id.
        """
        return ScienceWorldEnv(
            self._parse(task_id), max_steps=self._max_steps, every_command=self._every_command
        )

    def expert(self, task_id: str) -> tuple[str, ...]:
        """Give the engine's own actions, up to the one that wins.

        Some of them are not among the admissible commands.

        Raises:
            UnknownTask: there is none of that id.
        """
        return self._plan(self._parse(task_id))

    def initial_state(self, task_id: str) -> str:
        """Identify the world in which the task begins, things out of sight included.

        Raises:
            UnknownTask: there is none of that id.
        """
        _, world = self._begin(self._parse(task_id))
        return world

    def fingerprint(self) -> str:
        """Identify the engine."""
        return releases("scienceworld")

    def _parse(self, task_id: str) -> Variation:
        name, _, rest = task_id.partition("/")
        split, _, number = rest.partition("/")
        if name in self._names and split in SPLITS:
            for known in variations(name)[split]:
                if str(known) == number:
                    return Variation(name, split, known, self._simplification)
        raise UnknownTask(
            f"no task {task_id!r}; one is named like '{self._names[0]}/test/"
            f"{variations(self._names[0])['test'][0]}' (`suite.tasks(split)` lists them)"
        )


def make(
    *,
    task: str = SHORT,
    simplification: str = "easy",
    max_steps: int = 50,
    per_task: int = 5,
    every_command: bool = False,
) -> Suite:
    """Make the suite of one or several tasks: `task="find-plant,boil"`.

    `simplification` is one or several of the engine's own, or empty for none. `every_command`
    lists all valid commands, up to 1,600 a step, instead of those that matter.

    Raises:
        InvalidOption: there is no such task or simplification, or a number is too small.
        MissingExtra: the package isn't installed.
        MissingProgram: Java isn't.
    """
    names = list(dict.fromkeys(_listing(task)))
    for option, given, known in (
        ("task", names, task_names()),
        ("simplification", [*_listing(simplification)], SIMPLIFICATIONS),
    ):
        for name in given:
            if name not in known:
                raise InvalidOption(f"no {option} {name!r}; there are: {', '.join(known)}")
    if not names:
        raise InvalidOption(f"no task is named; there are: {', '.join(task_names())}")
    require_at_least(1, max_steps=max_steps, per_task=per_task)
    return Suite(
        names,
        simplification=",".join(_listing(simplification)),
        max_steps=max_steps,
        per_task=per_task,
        every_command=every_command,
    )


def _listing(text: str) -> Iterator[str]:
    return (name.strip() for name in text.split(",") if name.strip())


def _look(variation: Variation) -> tuple[Moment, str]:
    loan = Loan(engines())
    moment = begin(loan.engine, variation)
    world = IDENTIFIER.sub("", json.dumps(loan.engine.env.getObjectTree(), sort_keys=True))
    return moment, sha256(world.encode()).hexdigest()


def _ask_expert(variation: Variation) -> tuple[str, ...]:
    loan = Loan(engines())
    begin(loan.engine, variation, plan=True)
    plan: list[str] = []
    for action in loan.engine.env.get_gold_action_sequence():
        plan.append(action)
        if act(loan.engine, action).over:
            break
    return tuple(plan)
