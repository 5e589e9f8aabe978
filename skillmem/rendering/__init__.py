"""Items to text at several lengths, in the one format that every reader relies on.

Blocks are parted by blank lines. Every action begins a line of its own that starts with
`> `, and the line after it is what was observed. Further lines of an action or an observation
begin with two spaces. No recorded text can forge an action, a heading or a block.
"""

from skillmem.rendering.assembly import RENDERER, SEPARATOR, assemble
from skillmem.rendering.critiques import render_critique
from skillmem.rendering.escaping import ACTION_MARK, action_line, one_line, passage
from skillmem.rendering.items import render_demonstration, render_item, render_lesson
from skillmem.rendering.runs import (
    goal_line,
    render_actions,
    render_changes,
    render_outline,
    render_run,
)

__all__ = [
    "ACTION_MARK",
    "RENDERER",
    "SEPARATOR",
    "action_line",
    "assemble",
    "goal_line",
    "one_line",
    "passage",
    "render_actions",
    "render_changes",
    "render_critique",
    "render_demonstration",
    "render_item",
    "render_lesson",
    "render_outline",
    "render_run",
]
