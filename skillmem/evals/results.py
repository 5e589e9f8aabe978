"""What a benchmark found, as `results.json` and `episodes.jsonl` hold it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skillmem.evals.plan import Plan
from skillmem.types import EndedBy, Record, Unit

Bounds = tuple[float, float]
PolicyKind = Literal["model", "scripted", "unknown"]


class Played(Record):
    """One evaluation episode: a line of `episodes.jsonl`. `label` is for the report only."""

    arm: str
    budget: int | None
    build: int
    seed: int
    task: str
    label: str
    success: bool
    steps: int
    ended_by: EndedBy
    memory_tokens: int
    items: tuple[str, ...]
    actions: tuple[str, ...]


class Difference(Record):
    """How much more often an arm won than another, on the same builds, seeds and tasks."""

    difference: float
    ci95: Bounds


class LabelResult(Record):
    """An arm's success on the tasks of one label."""

    n: int
    success_rate: Unit
    ci95: Bounds


class ArmResult(Record):
    """What one arm reached under one budget (`None`: unlimited).

    `memory_tokens_mean` is of an episode's first prompt. `pass_at_k` maps k to the chance
    that one of k runs with one memory wins. `versus` maps each other arm to the paired
    difference, this arm minus that one.
    """

    arm: str
    split: str
    n: int
    success_rate: Unit
    ci95: Bounds
    steps_mean: float
    budget: int | None
    memory_tokens_mean: float
    nothing_shown: Unit = Field(description="Share of the episodes whose prompt held no memory.")
    pass_at_k: dict[int, float]
    by_label: dict[str, LabelResult]
    versus: dict[str, Difference]


class BuildResult(Record):
    """One build: what its log held, and what consolidation made of it."""

    build: int
    episodes: int
    successes: int
    collected: int = Field(description="Episodes that the named collector played.")
    demonstrations: int
    lessons: int
    skipped: int


class Machine(Record):
    """Where it ran."""

    system: str
    processor: str
    cores: int


class RunInfo(Record):
    """How the figures were made: enough to make them again.

    `builds`, `tasks` and `seeds` are counts. `configuration` is a digest of the plan, the
    settings and the code.
    """

    command: str
    mode: Literal["offline", "online"] = "offline"
    log: Literal["shared", "own"] = "shared"
    builds: int
    tasks: int
    seeds: int
    ci_method: str
    policy: str
    policy_kind: PolicyKind
    environment: str
    train_source: Literal["official", "drawn"]
    shared_games_mean: float = Field(
        default=0.0, description="Training games that two builds share, on average over the pairs."
    )
    collector: str = Field(description="Who played which share of the training games.")
    plan: Plan
    configuration: str
    versions: dict[str, str]
    machine: Machine
    logs: tuple[BuildResult, ...]


class Results(Record):
    """All of `results.json`."""

    run: RunInfo
    arms: tuple[ArmResult, ...]
