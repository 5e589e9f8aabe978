"""Items as a person reads them."""

from __future__ import annotations

from skillmem.config import RenderingConfig
from skillmem.rendering import one_line, render_item
from skillmem.types import Guard, Lesson, MemoryItem, Preference


def item_text(item: MemoryItem, config: RenderingConfig) -> str:
    """Write an item as an agent reads it, at full length."""
    if isinstance(item, Preference):
        lines = (item.preference, item.critique)
        return "\n".join(one_line(line, config.observation_characters) for line in lines)
    return render_item(item, config)[0]


def headline(item: MemoryItem, config: RenderingConfig) -> str:
    """Name an item by the goal it serves: as worded, or masked where there is no other."""
    goal = item.task.goal if item.kind == "demonstration" else item.goal
    return one_line(goal, config.action_characters) or "any goal"


def evidence(lesson: Lesson) -> str:
    """Say what a lesson rests on, and what its guard forbids, if it has one."""
    failures = _counted(len(lesson.episode_ids), "failure")
    if lesson.guard is not None:
        kept = f"kept by {_counted(lesson.guard.support, 'success')}, broken by {failures}"
        return f"guard: {forbidden(lesson.guard)}; {kept}"
    support = _counted(len(lesson.model_ids), "success")
    against = _counted(len(lesson.counterexample_ids), "success")
    return f"about {failures}, supported by {support}, contradicted by {against}"


def forbidden(guard: Guard) -> str:
    """Say a guard in a line."""
    if guard.pattern == "never":
        return f"never {guard.action}"
    if guard.pattern == "after":
        return f"{guard.action} only after {guard.other}"
    return f"{guard.action} at most {guard.limit} times" + (
        f" before {guard.other}" if guard.other else ""
    )


def _counted(number: int, word: str) -> str:
    ending = "es" if word.endswith("s") else "s"
    return f"{number} {word}{'' if number == 1 else ending}"
