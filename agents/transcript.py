"""A prompt as one growing transcript, in the form in which memory shows runs.

Memory's text stands first, then the task, then every action behind a `>` with what it showed.
What comes is what a reader of such a transcript expects next: an action. Text is only ever
added at the end, so a model that keeps what it has read reads nothing twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.config import RenderingConfig
from skillmem.rendering import action_line, goal_line, passage
from skillmem.types import Prompt, Step

MARK = ">"
OBSERVATION_CHARACTERS = 1000
BLOCK = 8
"""So many of the oldest steps are left out at once: what remains stays in place for a while."""


def opening(prompt: Prompt) -> str:
    """Write memory, the first observation and the goal, up to the mark of the first action."""
    seen = passage(prompt.observation, OBSERVATION_CHARACTERS)
    parts = [prompt.memory, seen, goal_line(prompt.goal, RenderingConfig())]
    return "\n\n".join(part for part in parts if part) + f"\n{MARK}"


def turn(step: Step) -> str:
    """Write an action behind its mark, what it showed, and the mark of the next one."""
    action = continuation(step.action)
    seen = passage(step.observation or step.error or "", OBSERVATION_CHARACTERS)
    return "\n".join([action, *filter(None, [seen]), MARK])


def continuation(action: str) -> str:
    """Write an action as it stands behind its mark."""
    return action_line(action, OBSERVATION_CHARACTERS).removeprefix(MARK)


def first_kept(lengths: Sequence[int], room: int) -> int:
    """Say from which step on a history of steps of these `lengths` fits into `room`.

    Steps are left out in blocks, so the answer changes seldom as a history grows.
    """
    start = 0
    while start < len(lengths) and sum(lengths[start:]) > room:
        start += BLOCK
    return min(start, len(lengths))
