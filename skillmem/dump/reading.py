"""Items as a person reads them."""

from __future__ import annotations

from skillmem.config import RenderingConfig
from skillmem.rendering import one_line, render_item
from skillmem.types import MemoryItem, Preference


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
