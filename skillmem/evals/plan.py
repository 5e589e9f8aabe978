"""What to benchmark, and the units of work that it falls into. Pure."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import zip_longest
from math import gcd
from typing import Literal, NamedTuple, Self
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, JsonValue, field_validator, model_validator

from skillmem.errors import InvalidOption, UnknownArm
from skillmem.types import Record, Unit

FLOOR = "floor"
"""The arm that another agent plays, without memory."""
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
RETRIES = ("retry", "retry_plain", "retry_inverted")
"""Arms that try again what failed, with a critique, without one, and with one turned around.

They take more attempts than the others, so they are played only when they are named.
"""
UNLIMITED = "unlimited"
TASKS_OF_A_UNIT = 45
"""Tasks that share the opening of an arm, where playing them takes less time than that."""

SECRETS = frozenset(
    {"apikey", "auth", "authorization", "bearer", "credential", "credentials", "key", "passwd"}
    | {"password", "secret", "token"}
)
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
Mode = Literal["offline", "online"]
TrainSource = Literal["auto", "official", "drawn"]


class Collector(Record):
    """Who else plays a share of the training games: an agent's import path, or `expert`."""

    name: str
    share: Unit


class Plan(Record):
    """All that decides a benchmark's figures. A budget of `None` is unlimited.

    `env_options` and `agent_options` are the keyword arguments of the environment's and the
    agent's `make`. `floor` is the import path of an agent that plays the arm `floor` without
    memory. `tasks_of_a_unit` says how many tasks are played, and kept, at a time; if it is
    `None`, that depends on how fast the agent plays. `tries` is how often an arm that tries again
    plays a task at most.
    """

    env: str
    agent: str
    env_options: dict[str, JsonValue] = Field(default_factory=dict)
    agent_options: dict[str, JsonValue] = Field(default_factory=dict)
    floor: str | None = None
    mode: Mode = "offline"
    tasks_of_a_unit: int | None = Field(default=None, ge=1)
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
    tries: int = Field(default=2, ge=2)

    @field_validator("arms")
    @classmethod
    def _known_arms(cls, arms: tuple[str, ...]) -> tuple[str, ...]:
        require_arms(arms)
        return arms

    @field_validator("env_options", "agent_options")
    @classmethod
    def _no_secrets(cls, options: dict[str, JsonValue]) -> dict[str, JsonValue]:
        require_no_secrets(options)
        return options

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
    def _floor_is_played_by_somebody(self) -> Self:
        if (FLOOR in self.arms) != (self.floor is not None):
            raise InvalidOption(
                f"the arm {FLOOR!r} is played by the agent that --floor names, and by no other; "
                "give both or neither"
            )
        return self

    @model_validator(mode="after")
    def _no_repetition(self) -> Self:
        for name, values in (("arm", self.arms), ("budget", self.budgets)):
            repeated = [value for value in values if values.count(value) > 1]
            if repeated:
                raise InvalidOption(f"{name} {repeated[0]!r} is named twice; name each once")
        return self


class WorkUnit(NamedTuple):
    """A piece of work that is done or not: some tasks of one build, arm, budget and seed.

    In a stream a unit is all of it, and `build` the number of the stream.
    """

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

    @property
    def round(self) -> tuple[int, int, int]:
        """Name what all arms and budgets play alike: they are compared on whole rounds only."""
        return self.build, self.seed, self.part


def require_arms(arms: Sequence[str]) -> None:
    """Refuse arms that don't exist.

    Raises:
        UnknownArm: there is none of that name.
    """
    for arm in arms:
        if arm not in (*ARMS, *RETRIES, FLOOR):
            raise UnknownArm(f"no arm {arm!r}; there are: {', '.join((*ARMS, *RETRIES))}")


def parse_budgets(text: str) -> tuple[int | None, ...]:
    """Read budgets such as `200,400,unlimited`.

    Raises:
        InvalidOption: one is neither a number of tokens nor `unlimited`.
    """
    return tuple(_parse_budget(part.strip()) for part in text.split(","))


def parse_options(settings: Sequence[str]) -> dict[str, JsonValue]:
    """Read options such as `max_steps=30` or `model=./tiny.gguf`: JSON where it is JSON.

    Raises:
        InvalidOption: one has no name, is given twice, or looks like a secret.
    """
    options: dict[str, JsonValue] = {}
    for setting in settings:
        name, sign, value = setting.partition("=")
        if not sign or not name.isidentifier():
            raise InvalidOption(f"option {setting!r} needs a name and a value: max_steps=30")
        if name in options:
            raise InvalidOption(f"option {name!r} is given twice; give it once")
        options[name] = _parse_value(value)
    require_no_secrets(options)
    return options


def require_no_secrets(options: Mapping[str, JsonValue]) -> None:
    """Refuse options that look like a secret: a benchmark writes down what it was given.

    Raises:
        InvalidOption: an option is named like one, or is an address with a password in it.
    """
    for name, value in options.items():
        if _is_secret(name, value):
            raise InvalidOption(
                f"option {name!r} looks like a secret, and a benchmark writes its options down; "
                "leave it to the environment, such as OPENAI_API_KEY"
            )


def _is_secret(name: str, value: JsonValue) -> bool:
    """Tell whether an option, or what is within it, is named like a secret or holds one."""
    if not SECRETS.isdisjoint(word.lower() for word in WORD.findall(name)):
        return True
    if isinstance(value, dict):
        return any(_is_secret(inner, held) for inner, held in value.items())
    if isinstance(value, list):
        return any(_is_secret("", held) for held in value)
    if not isinstance(value, str) or "://" not in value:
        return False
    url = urlsplit(value)
    return bool(url.username or url.password) or any(
        _is_secret(key, "") for key, _ in parse_qsl(url.query)
    )


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


def work_units(plan: Plan, *, labels: Sequence[str]) -> Iterator[WorkUnit]:
    """List the units of tasks with these labels, a round's together.

    Rounds are in an order in which every task comes up before any comes up again, and builds
    take turns, those of one label among themselves: wherever a run is cut off, tasks and builds
    are spread as far as they can be, and no label is left to some builds.
    """
    for build, seed, part in _rounds(plan, labels):
        for arm in plan.arms:
            for budget in plan.budgets:
                yield WorkUnit(build, arm, budget, seed, part)


def whole_rounds(
    units: Sequence[WorkUnit], is_done: Callable[[WorkUnit], bool]
) -> frozenset[tuple[int, int, int]]:
    """Name the rounds of which every unit is done: there every arm has played the same."""
    rounds = {unit.round for unit in units}
    return frozenset(rounds - {unit.round for unit in units if not is_done(unit)})


def _unit_size(plan: Plan) -> int:
    return plan.tasks_of_a_unit or TASKS_OF_A_UNIT


def _rounds(plan: Plan, labels: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    labels = _labels_of_parts(plan, labels)
    first = tuple(_first_builds(labels, builds=plan.builds))
    counts = Counter(labels)
    for turn in range(plan.builds * plan.seeds):
        for part, (label, build) in enumerate(zip(labels, first, strict=True)):
            shift = _shift(turn % plan.builds, counts[label], builds=plan.builds)
            yield (build + shift) % plan.builds, turn // plan.builds, part


def _labels_of_parts(plan: Plan, labels: Sequence[str]) -> Sequence[str]:
    """Say what each part's task is; parts of several tasks hold all sorts, and are all alike."""
    if plan.mode == "online":
        return [""]
    size = _unit_size(plan)
    return labels if size == 1 else [""] * -(-len(labels) // size)


def _shift(turn: int, count: int, *, builds: int) -> int:
    """Say how many builds further the `count` tasks of a label are in a turn than in the first.

    They go on where they ended, one further where they would meet the same builds again.
    """
    return turn * count + turn // (builds // gcd(count, builds))


def _first_builds(labels: Sequence[str], *, builds: int) -> Iterator[int]:
    """Choose the build that plays each part first: those of a label take builds in turn.

    Labels begin as far from one another as builds allow, or else a label that comes up every
    second time would meet every second build only.
    """
    distinct = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    apart = -(-builds // max(1, len(distinct)))
    seen = Counter[str]()
    for label in labels:
        yield distinct[label] * apart + seen[label]
        seen[label] += 1


def unit_tasks(plan: Plan, unit: WorkUnit, tasks: Sequence[str]) -> Sequence[str]:
    """Give the tasks that a unit plays, in their order."""
    if plan.mode == "online":
        return sorted(tasks, key=lambda task_id: keyed(plan.seed, "stream", unit.build, task_id))
    start = unit.part * _unit_size(plan)
    return tasks[start : start + _unit_size(plan)]


def episode_seed(plan: Plan, *, build: int, seed: int) -> int:
    """Give the seed with which a build's episodes are played: the same for every arm."""
    return int(keyed(plan.seed, build, seed)[:8], 16)


def keyed(*key: object) -> str:
    """Turn a key into noise that is the same in every process."""
    return sha256(repr(key).encode()).hexdigest()


def _parse_value(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(text)
    except ValueError:
        return text
    return value


def _parse_budget(text: str) -> int | None:
    if text == UNLIMITED:
        return None
    try:
        return int(text)
    except ValueError as error:
        raise InvalidOption(
            f"budget {text!r} is neither a number of tokens nor {UNLIMITED!r}"
        ) from error
