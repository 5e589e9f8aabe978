"""Memory items to text, longest form first."""

from __future__ import annotations

from collections.abc import Iterator

from skillmem.config import RenderingConfig
from skillmem.rendering.escaping import ACTION_MARK, action_line, clipped, one_line
from skillmem.rendering.runs import goal_line, render_actions, render_changes, render_run
from skillmem.types import Demonstration, Ladder, Lesson


def render_item(item: Demonstration | Lesson, config: RenderingConfig) -> tuple[str, ...]:
    """Write an item at every length it has, the longest first."""
    if isinstance(item, Demonstration):
        return render_demonstration(item, config)
    return (render_lesson(item, config),)


def render_demonstration(item: Demonstration, config: RenderingConfig) -> tuple[str, ...]:
    """Write a demonstration whole, with fewer observations, as actions, as ever fewer of them.

    Which steps these are its ladder says. A form that is no shorter than another is left out.
    """
    opening, steps = goal_line(item.task.goal, config), item.steps
    forms = [render_run(opening, steps, config)]
    if item.ladder is not None:
        forms.append(render_changes(opening, steps, item.ladder.observed, config))
    forms.append(render_actions(opening, steps, config))
    forms += (
        render_actions(opening, [steps[place] for place in places], config)
        for places in _selections(item.ladder)
    )
    return tuple(dict.fromkeys(forms))


def _selections(ladder: Ladder | None) -> Iterator[tuple[int, ...]]:
    """Give the places that forms of fewer actions show; none of a form without any."""
    if ladder is not None:
        yield from (places for places in (ladder.outline, ladder.operations) if places)


def render_lesson(item: Lesson, config: RenderingConfig) -> str:
    """Write a lesson: when it applies, the mistake, and the advice with its actions."""
    situation = one_line(item.situation, config.prose_characters)
    lines = [
        _applies(item.goal, situation, config),
        one_line(item.mistake, config.prose_characters),
        *(advice_line(line, config) for line in item.advice.split("\n")),
    ]
    return "\n".join(line for line in lines if line)


def _applies(goal: str, situation: str, config: RenderingConfig) -> str:
    """Quote the masked goal before the situation, unless there is none."""
    quoted = clipped(goal, config.action_characters)
    if not quoted:
        return situation
    return f'When the goal reads "{quoted}": {situation}'.rstrip()


def advice_line(line: str, config: RenderingConfig) -> str:
    """Write a line of advice: what it marks as an action stays one, all else is prose."""
    if line.startswith(ACTION_MARK):
        return action_line(line.removeprefix(ACTION_MARK), config.action_characters)
    return one_line(line, config.prose_characters)
