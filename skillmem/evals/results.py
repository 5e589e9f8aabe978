"""What a benchmark found, as `results.json` and `episodes.jsonl` hold it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skillmem.evals.plan import Mode, Plan
from skillmem.types import EndedBy, Record, Unit

Bounds = tuple[float, float]
UNKNOWN_DIFFERENCE: Bounds = (-1.0, 1.0)
"""What is known of a difference of which no pair was judged."""
PolicyKind = Literal["model", "scripted", "unknown"]


class Played(Record):
    """One evaluation episode: a line of `episodes.jsonl`. `label` is for the report only.

    `success` is `None` when nobody judged it, and `detail` then says why. `score` is the
    environment's, 1.0 at most. `position` counts from 0 within a stream. `model_tokens` are
    those that a language model read and wrote, and `seconds` the time that playing took. An arm
    that tries again has up to so many `attempts`, `critiqued` of them told of the one before:
    verdict, score and end are the last one's, all else is of all of them.
    """

    arm: str
    budget: int | None
    build: int
    seed: int
    task: str
    label: str
    success: bool | None
    score: float | None = None
    steps: int
    ended_by: EndedBy
    memory_tokens: int
    items: tuple[str, ...]
    actions: tuple[str, ...]
    detail: str = ""
    position: int | None = None
    model_tokens: int | None = None
    seconds: float = 0.0
    attempts: int = 1
    critiqued: int = 0

    @property
    def name(self) -> str:
        """Say which episode it is of its unit of work."""
        return self.task


class Difference(Record):
    """How much more often an arm won than another, on the same builds, seeds and tasks.

    `pairs` counts the pairs of episodes of which both were judged. `few_differ`: all but those of
    one or two builds or tasks came out alike, so that the interval is a bound rather than an
    estimate, and says nothing of how many more pairs would do; `None` where that wasn't recorded.
    """

    difference: float
    ci95: Bounds
    pairs: int = 0
    few_differ: bool | None = None

    @property
    def known(self) -> bool:
        """Tell whether any pair was compared."""
        return self.pairs > 0 or self.ci95 != UNKNOWN_DIFFERENCE


class LabelResult(Record):
    """An arm's success on the tasks of one label, or in one part of its streams."""

    n: int
    success_rate: Unit
    ci95: Bounds


class DifficultyResult(LabelResult):
    """An arm's success on tasks whose shortest known plans are about as long.

    `coverage` is the share of (build, task) of which at least one run won.
    """

    coverage: Unit


class Diversity(Record):
    """How differently an arm plays the same task with the same memory, over its seeds.

    `groups` counts the (build, task) with at least two runs; the rest are means over them.
    `distinct_plans` counts different sequences of actions, `distinct_wins` those that won.
    `divergence_entropy` is that, in bits, of the actions at the first step where two runs part;
    0 where none do.
    """

    groups: int
    runs: float
    distinct_plans: float
    distinct_wins: float
    divergence_entropy: float


class Reason(Record):
    """Why `count` episodes were not judged; an `example` where they don't all say the same."""

    reason: str
    count: int
    example: str = ""


class ArmResult(Record):
    """What one arm reached under one budget (`None`: unlimited).

    `n` counts the episodes that were judged, and all rates are of these; without any, the
    rate is 0 and its interval from 0 to 1. `why_not_judged` counts the reasons of the others, the
    most frequent first. `memory_tokens_mean` is of an episode's first prompt;
    where a task may be tried again, of the first prompts of all attempts together.
    `pass_at_k` maps k to the chance that one of k runs with one memory wins, for every k over the
    same (build, task): those with as many judged runs as half of them have. `versus` maps each
    other arm to the paired difference, this arm minus that one. `model_tokens_per_step` are
    tokens that a language model read and wrote. `attempts_mean` are attempts per episode, and
    `critiqued_mean` those of them that were told of the one before: steps and tokens of memory
    are added up over them.
    """

    arm: str
    split: str
    n: int
    not_judged: int = 0
    why_not_judged: tuple[Reason, ...] = ()
    success_rate: Unit
    ci95: Bounds
    steps_mean: float
    budget: int | None
    memory_tokens_mean: float
    nothing_shown: Unit = Field(description="Share of the episodes whose prompt held no memory.")
    attempts_mean: float = 1.0
    critiqued_mean: float = 0.0
    score_mean: float | None = None
    score_ci95: Bounds | None = None
    seconds_per_step: float = 0.0
    model_tokens_per_step: float | None = None
    pass_at_k: dict[int, float]
    diversity: Diversity | None = None
    by_label: dict[str, LabelResult]
    by_difficulty: dict[str, DifficultyResult] = Field(default_factory=dict)
    by_position: dict[str, LabelResult] = Field(default_factory=dict)
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

    `builds`, `tasks` and `seeds` are counts. A round is some tasks with one build and one seed,
    played by every arm under every budget: figures are of the `rounds` that were played of
    those `planned`. `configuration` is a digest of the plan, the settings, the code, and what
    the environment and the agents tell of the files and engines on which they rest.
    """

    command: str
    mode: Mode = "offline"
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
    rounds: int = 0
    planned: int = 0
    logs: tuple[BuildResult, ...]


class Results(Record):
    """All of `results.json`."""

    run: RunInfo
    arms: tuple[ArmResult, ...]

    @property
    def complete(self) -> bool:
        """Tell whether all that was planned was played."""
        return self.run.rounds == self.run.planned
