"""What to benchmark, and the units of work that it falls into. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import zip_longest
from typing import Literal, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

from skillmem.errors import InvalidOption, UnknownArm
from skillmem.types import Record, Unit

ARMS = (
    "none",
    "placebo",
    "random",
    "fixed",
    "oracle",
    "raw",
    "abstract",
    "asymmetric",
    "reversed",
    "demonstrations",
    "lessons",
)
UNLIMITED = "unlimited"
TASKS_OF_A_UNIT = 45

TrainSource = Literal["auto", "official", "drawn"]


class Collector(Record):
    """Who else plays a share of the training games: an agent's import path, or `expert`."""

    name: str
    share: Unit


class Plan(Record):
    """All that decides a benchmark's figures. A budget of `None` is unlimited."""

    env: str
    agent: str
    split: str = "valid_unseen"
    arms: tuple[str, ...] = ARMS
    train: int = Field(default=60, ge=1)
    train_source: TrainSource = "auto"
    collector: Collector | None = None
    limit: int | None = Field(default=None, ge=1)
    builds: int = Field(default=10, ge=1)
    seeds: int = Field(default=2, ge=1)
    seed: int = 0
    budgets: tuple[int | None, ...] = Field(default=(800,), min_length=1)

    @field_validator("arms")
    @classmethod
    def _known_arms(cls, arms: tuple[str, ...]) -> tuple[str, ...]:
        require_arms(arms)
        return arms

    @field_validator("budgets")
    @classmethod
    def _usable_budgets(cls, budgets: tuple[int | None, ...]) -> tuple[int | None, ...]:
        for budget in budgets:
            if budget is not None and budget < 0:
                raise InvalidOption(
                    f"budget {budget} is below zero; name a number of tokens, or {UNLIMITED!r}"
                )
        return budgets

    @model_validator(mode="after")
    def _no_repetition(self) -> Self:
        for name, values in (("arm", self.arms), ("budget", self.budgets)):
            repeated = [value for value in values if values.count(value) > 1]
            if repeated:
                raise InvalidOption(f"{name} {repeated[0]!r} is named twice; name each once")
        return self


class WorkUnit(NamedTuple):
    """A piece of work that is done or not: some tasks of one build, arm, budget and seed."""

    build: int
    arm: str
    budget: int | None
    seed: int
    part: int

    @property
    def name(self) -> str:
        """Name the file of its results."""
        budget = UNLIMITED if self.budget is None else str(self.budget)
        return f"{self.build:03d}.{self.arm}.{budget}.{self.seed:02d}.{self.part:03d}"


def require_arms(arms: Sequence[str]) -> None:
    """Refuse arms that don't exist.

    Raises:
        UnknownArm: there is none of that name.
    """
    for arm in arms:
        if arm not in ARMS:
            raise UnknownArm(f"no arm {arm!r}; there are: {', '.join(ARMS)}")


def parse_budgets(text: str) -> tuple[int | None, ...]:
    """Read budgets such as `200,400,unlimited`.

    Raises:
        InvalidOption: one is neither a number of tokens nor `unlimited`.
    """
    return tuple(_parse_budget(part.strip()) for part in text.split(","))


def parse_collector(text: str) -> Collector:
    """Read a collector such as `expert:0.3` or `agents.other:make:0.3`.

    Raises:
        InvalidOption: there is no share between 0 and 1 behind the last colon.
    """
    name, _, share = text.rpartition(":")
    try:
        number = float(share)
    except ValueError:
        number = -1.0
    if not name or not 0.0 <= number <= 1.0:
        raise InvalidOption(
            f"collector {text!r} needs a name and a share from 0 to 1, such as 'expert:0.3'"
        )
    return Collector(name=name, share=number)


def interleave(task_ids: Sequence[str], labels: Sequence[str]) -> tuple[str, ...]:
    """Order tasks so that any first few hold all labels; the same order whatever the seed."""
    groups: dict[str, list[str]] = {}
    for task_id, label in zip(task_ids, labels, strict=True):
        groups.setdefault(label, []).append(task_id)
    shuffled = [sorted(group, key=keyed) for group in groups.values()]
    return tuple(
        task_id for turn in zip_longest(*shuffled) for task_id in turn if task_id is not None
    )


def work_units(plan: Plan, *, tasks: int) -> Iterator[WorkUnit]:
    """List the units of `tasks` tasks, a build's and an arm's together."""
    for build in range(plan.builds):
        for arm in plan.arms:
            for budget in plan.budgets:
                for seed in range(plan.seeds):
                    for part in range(-(-tasks // TASKS_OF_A_UNIT)):
                        yield WorkUnit(build, arm, budget, seed, part)


def unit_tasks(unit: WorkUnit, tasks: Sequence[str]) -> Sequence[str]:
    """Give the tasks that a unit plays."""
    start = unit.part * TASKS_OF_A_UNIT
    return tasks[start : start + TASKS_OF_A_UNIT]


def episode_seed(plan: Plan, *, build: int, seed: int) -> int:
    """Give the seed with which a build's episodes are played: the same for every arm."""
    return int(keyed(plan.seed, build, seed)[:8], 16)


def keyed(*key: object) -> str:
    """Turn a key into noise that is the same in every process."""
    return sha256(repr(key).encode()).hexdigest()


def _parse_budget(text: str) -> int | None:
    if text == UNLIMITED:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise InvalidOption(
            f"budget {text!r} is neither a number of tokens nor {UNLIMITED!r}"
        ) from error
