"""Every number one may tune, each with a sentence."""

from __future__ import annotations

from pydantic import Field

from skillmem.types import Record, Unit, VerifierKind


class GuardConfig(Record):
    """How guards are mined from what successes never did and failures did."""

    most: int = Field(default=20, ge=0, description="Most guards of a namespace; 0 makes none.")
    support: int = Field(
        default=40, ge=1, description="Successes that must have kept to a guard, at least."
    )
    breaches: int = Field(
        default=5, ge=2, description="Failures that must have broken a guard, at least."
    )
    precision: Unit = Field(
        default=0.985,
        description="Share of failures among the runs that break a guard, as estimated, at least.",
    )
    episodes: int = Field(
        default=2500, ge=1, description="Newest judged episodes that guards are looked for in."
    )


class Price(Record):
    """What a model's tokens cost, in any one currency, by the million."""

    prompt: float = Field(ge=0, description="Money for a million tokens read.")
    completion: float = Field(ge=0, description="Money for a million tokens written.")


class Cap(Record):
    """What may be spent at most; what is nothing is not bounded."""

    calls: int | None = Field(default=None, ge=0, description="Requests to models.")
    tokens: int | None = Field(default=None, ge=0, description="Tokens read and written.")
    money: float | None = Field(
        default=None,
        ge=0,
        description="Money, by the price table; a model without a price is then not asked at all.",
    )


class SpendingConfig(Record):
    """What consolidation may spend on language models."""

    prices: dict[str, Price] = Field(
        default={}, description="Prices by the name that a model's server has for it."
    )
    currency: str = Field(default="", description="The word for the money that prices are in.")
    per_batch: Cap = Field(default=Cap(), description="Most that one batch may spend.")
    per_day: Cap = Field(
        default=Cap(), description="Most that a namespace may spend in a day, UTC."
    )


class ConsolidationConfig(Record):
    """How episodes become items."""

    lease_seconds: float = Field(
        default=600.0,
        gt=0,
        description="Another process may take over the episodes of a batch that lasts longer.",
    )
    stale_seconds: float = Field(
        default=3600.0, ge=0, description="`sweep` closes an open episode silent this long."
    )
    minimum_trust: Unit = Field(
        default=0.5, description="Verdicts below this trust never become memory."
    )
    trust: dict[VerifierKind, Unit] = Field(
        default={"environment": 1.0, "tests": 0.95, "tool": 0.8, "user": 0.7, "judge": 0.3},
        description="How far each kind of verifier is trusted.",
    )
    replay_limit: int = Field(
        default=400, ge=0, description="Most replays spent on compacting one demonstration."
    )
    triage: bool = Field(
        default=True,
        description="Whether only an agent's mistakes become lessons, or all that can be compared.",
    )
    unite: bool = Field(
        default=True,
        description="Whether lessons of one mistake are one, however the goal was worded.",
    )
    guards: GuardConfig = GuardConfig()
    spending: SpendingConfig = SpendingConfig()
    demonstrations_per_structure: int = Field(
        default=6,
        ge=1,
        description="Most demonstrations kept of one masked goal and its operations.",
    )
    structures_per_goal: int = Field(
        default=8,
        ge=1,
        description="Most sequences of operations kept for one masked goal, the shortest ones.",
    )
    episodes_per_demonstration: int = Field(
        default=16,
        ge=1,
        description="Most episodes that a demonstration names: its own, then those merged into it.",
    )


class RetrievalConfig(Record):
    """How items are found, ranked and packed."""

    neighbours: int = Field(
        default=128, ge=1, description="Items of a kind that the search looks at."
    )
    candidates: int = Field(
        default=24, ge=1, description="Items of a kind that a receipt accounts for."
    )
    minimum_similarity: float = Field(
        default=0.3, description="Below this cosine of masked goals an item is not considered."
    )
    lesson_similarity: float = Field(
        default=0.9,
        description="From this cosine of masked goals a lesson counts whatever its skeleton.",
    )
    voters: int = Field(
        default=4, ge=1, description="Nearest demonstrations of a skeleton that vote for it."
    )
    vote_spread: float = Field(
        default=0.05,
        gt=0,
        description="A vote weighs 1/e when its cosine is this far below the nearest one's.",
    )
    masked_weight: Unit = Field(
        default=0.8, description="Weight of the masked goal against the goal as worded."
    )
    demonstration_share: Unit = Field(
        default=0.7, description="Share of the budget for demonstrations; 1 leaves no lessons."
    )
    maximum_demonstrations: int = Field(
        default=3, ge=0, description="Most demonstrations in one prompt."
    )
    maximum_lessons: int = Field(default=3, ge=0, description="Most lessons in one prompt.")
    maximum_copies: int = Field(
        default=2, ge=1, description="Most demonstrations of the very same skeleton in one prompt."
    )


class RenderingConfig(Record):
    """How items become text."""

    demonstrations_heading: str = Field(
        default="## Runs that reached a goal like this one",
        description="The line above the demonstrations.",
    )
    lessons_heading: str = Field(
        default="## Lessons from runs that failed",
        description="The line above the lessons.",
    )
    critique_heading: str = Field(
        default="## The last attempt at this very task",
        description="The line above a critique.",
    )
    observation_characters: int = Field(
        default=400, ge=0, description="An observation is cut to this length when rendered."
    )
    action_characters: int = Field(
        default=400, ge=1, description="A goal or an action is cut to this length when rendered."
    )
    prose_characters: int = Field(
        default=1200, ge=1, description="A line of a lesson is cut to this length when rendered."
    )


class StorageConfig(Record):
    """How the store and the index use the machine. Changes no answer, so no part of `Config`."""

    busy_seconds: float = Field(
        default=15.0, ge=0, description="Another process's write lock is waited for this long."
    )
    item_page: int = Field(
        default=256, ge=1, description="Items that an iteration over the store reads at a time."
    )
    episode_page: int = Field(
        default=16, ge=1, description="Episodes that an iteration over the store reads at a time."
    )
    collections: int = Field(
        default=64, ge=1, description="Collections that the exact index keeps in memory."
    )


class Config(Record):
    """All settings of one memory; part of a retrieval's fingerprint."""

    consolidation: ConsolidationConfig = ConsolidationConfig()
    retrieval: RetrievalConfig = RetrievalConfig()
    rendering: RenderingConfig = RenderingConfig()
