"""Sequences of actions to blocks of text."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from skillmem.actions import action_text
from skillmem.config import RenderingConfig
from skillmem.rendering.escaping import action_line, clipped, passage
from skillmem.types import Skeleton, Step


def goal_line(goal: str, config: RenderingConfig) -> str:
    """Write the line that opens a concrete run's block."""
    return f"Goal: {clipped(goal, config.action_characters)}"


def render_run(opening: str, steps: Sequence[Step], config: RenderingConfig) -> str:
    """Write a run: an opening line of prose, then every action and what it showed.

    `opening` is the caller's own words, written as they are.
    """
    return "\n".join([opening, *_observed(steps, config)])


def render_changes(
    opening: str, steps: Sequence[Step], observed: Collection[int], config: RenderingConfig
) -> str:
    """Write a run of which only the steps at the places `observed` say what they showed."""
    lines = (
        "\n".join(_observed([step], config))
        if place in observed
        else action_line(action_text(step), config.action_characters)
        for place, step in enumerate(steps)
    )
    return "\n".join([opening, *lines])


def render_actions(opening: str, steps: Sequence[Step], config: RenderingConfig) -> str:
    """Write a run without its observations."""
    lines = (action_line(action_text(step), config.action_characters) for step in steps)
    return "\n".join([opening, *lines])


def render_outline(goal: str, skeleton: Skeleton, config: RenderingConfig) -> str:
    """Write a success in the abstract: its masked goal, quoted, and its action templates."""
    quoted = clipped(goal, config.action_characters)
    opening = f'When the goal reads "{quoted}", a run that reached it did this:'
    lines = (action_line(template, config.action_characters) for template in skeleton)
    return "\n".join([opening, *lines])


def _observed(steps: Sequence[Step], config: RenderingConfig) -> Iterator[str]:
    for step in steps:
        yield action_line(action_text(step), config.action_characters)
        seen = passage(step.observation or step.error or "", config.observation_characters)
        if seen:
            yield seen
