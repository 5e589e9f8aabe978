"""Every number one may tune, each with a sentence."""

from __future__ import annotations

from pydantic import Field

from skillmem.types import Record, Unit, VerifierKind


class ConsolidationConfig(Record):
    """How episodes become items."""

    lease_seconds: float = Field(
        default=600.0, gt=0, description="A batch whose holder is silent this long is taken over."
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


class RetrievalConfig(Record):
    """How items are found, ranked and packed."""

    neighbours: int = Field(
        default=24, ge=1, description="Items of a kind that the search looks at."
    )
    minimum_similarity: float = Field(
        default=0.35, description="Below this cosine of masked goals an item is not considered."
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
    observation_characters: int = Field(
        default=400, ge=0, description="An observation is cut to this length when rendered."
    )
    action_characters: int = Field(
        default=400, ge=1, description="A goal or an action is cut to this length when rendered."
    )


class Config(Record):
    """All settings of one memory; part of a retrieval's fingerprint."""

    consolidation: ConsolidationConfig = ConsolidationConfig()
    retrieval: RetrievalConfig = RetrievalConfig()
    rendering: RenderingConfig = RenderingConfig()
