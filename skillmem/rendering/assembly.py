"""Blocks to the text that goes into a prompt."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.config import RenderingConfig

RENDERER = "3"
SEPARATOR = "\n\n"


def assemble(demonstrations: Sequence[str], lessons: Sequence[str], config: RenderingConfig) -> str:
    """Put blocks under their headings, demonstrations first, in the order given.

    A heading stands only above blocks, so that nothing gives the empty text.
    """
    lanes = (
        (config.demonstrations_heading, demonstrations),
        (config.lessons_heading, lessons),
    )
    parts = [part for heading, blocks in lanes if blocks for part in (heading, *blocks)]
    return SEPARATOR.join(part for part in parts if part)
