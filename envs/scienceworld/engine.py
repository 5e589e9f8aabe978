"""The engine: one Java program for each task that is being played."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from envs.engines import EnginePool, Loan, java_is_alive, require_java
from skillmem.errors import InvalidOption
from skillmem.extras import missing_extra

ENDLESS = 10**6
"""More steps than an episode has: the limit is ours."""


class Program:
    """An engine that takes its folder with it when it is closed."""

    def __init__(self, env: Any) -> None:
        self.env = env

    def close(self) -> None:
        """Shut down."""
        self.env._obj_tree_tempdir.cleanup()  # noqa: SLF001 - it would warn that nobody did
        self.env.close()
        self.env.close = lambda: None  # it closes itself again when it is thrown away


class Variation(NamedTuple):
    """A task, taken apart; `simplification` is the engine's own word."""

    name: str
    split: str
    number: int
    simplification: str


class Moment(NamedTuple):
    """What the engine says at one moment; `score` is 1.0 at most, and may be negative."""

    goal: str
    observation: str
    valid: tuple[str, ...]
    score: float
    over: bool


@cache
def engines() -> EnginePool[Program]:
    """Give this process's engines.

    Raises:
        MissingExtra: the package isn't installed.
        MissingProgram: Java isn't.
    """
    try:
        from scienceworld import ScienceWorldEnv
    except ImportError as error:
        raise missing_extra(
            "ScienceWorld isn't installed (it needs Java too)", "scienceworld"
        ) from error
    require_java()
    return EnginePool(
        lambda: Program(ScienceWorldEnv(envStepLimit=ENDLESS)),
        is_alive=lambda program: java_is_alive(program.env),
    )


@cache
def task_names() -> tuple[str, ...]:
    """Name the engine's tasks."""
    loan = Loan(engines())
    return tuple(loan.engine.env.get_task_names())


@cache
def variations(name: str) -> Mapping[str, tuple[int, ...]]:
    """Give a task's official variations by split."""
    loan = Loan(engines())
    loan.engine.env.load(name)
    return {
        "train": tuple(loan.engine.env.get_variations_train()),
        "dev": tuple(loan.engine.env.get_variations_dev()),
        "test": tuple(loan.engine.env.get_variations_test()),
    }


def begin(program: Program, variation: Variation, *, plan: bool = False) -> Moment:
    """Begin a variation anew, and look around. With `plan` the engine makes its gold path.

    Raises:
        InvalidOption: the task can't be simplified so.
    """
    try:
        program.env.load(
            variation.name, variation.number, variation.simplification, generateGoldPath=plan
        )
    except ValueError as error:
        raise InvalidOption(
            f"simplification {variation.simplification!r} doesn't suit {variation.name!r}: {error}"
        ) from error
    observation, told = program.env.reset()
    return _moment(observation, told, over=False)


def act(program: Program, action: str) -> Moment:
    """Act, whatever the action is."""
    observation, _, over, told = program.env.step(action)
    return _moment(observation, told, over=over)


def _moment(observation: str, told: Mapping[str, Any], *, over: bool) -> Moment:
    return Moment(
        goal=told["taskDesc"].removeprefix("Task Description:").strip(),
        observation=observation.strip(),
        valid=tuple(told["valid"]),
        score=told["score"] / 100,
        over=over,
    )
