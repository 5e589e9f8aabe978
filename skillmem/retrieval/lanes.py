"""The two lanes of a prompt, demonstrations and lessons: how much each may show."""

from __future__ import annotations

from skillmem.config import RetrievalConfig
from skillmem.types import Kind


def most_shown(kind: Kind, config: RetrievalConfig) -> int:
    """Say how many items of a kind one prompt may show; 0 when their lane is closed."""
    if kind == "demonstration":
        return config.maximum_demonstrations if config.demonstration_share > 0 else 0
    return config.maximum_lessons if config.demonstration_share < 1 else 0


def closed(kind: Kind) -> str:
    """Say that a lane is closed, as a reason."""
    return f"the lane of {kind}s is closed"
