"""A critique to text: a block of its own, to stand beside the memory's."""

from __future__ import annotations

from skillmem.actions import action_text
from skillmem.config import RenderingConfig
from skillmem.critiques import CritiqueDraft
from skillmem.rendering.assembly import SEPARATOR
from skillmem.rendering.escaping import clipped, one_line
from skillmem.rendering.items import advice_line
from skillmem.rendering.runs import goal_line
from skillmem.types import Episode


def render_critique(draft: CritiqueDraft, failure: Episode, config: RenderingConfig) -> str:
    """Write where an attempt went wrong and what to do instead, under a heading of its own.

    Steps are counted from 1. The last line before the actions is advice, so that none of them
    reads as a warning.
    """
    done = clipped(action_text(failure.steps[draft.step]), config.action_characters)
    where = f'Step {draft.step + 1}, "{done}", is where it went wrong:'
    lines = [
        goal_line(failure.task.goal, config),
        f"This very task was tried before and failed. {where}",
        *(one_line(line, config.prose_characters) for line in draft.mistake.splitlines()),
        *(advice_line(line, config) for line in draft.advice.splitlines()),
    ]
    block = "\n".join(line for line in lines if line)
    return SEPARATOR.join(part for part in (config.critique_heading, block) if part)
