"""Texts that Markdown shows as they are, whatever they hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$]|:(?=//))")
_TICKS = re.compile(r"`+")


def inline(text: str) -> str:
    """Escape every character that Markdown or HTML could act on; `text` is one line."""
    return _SPECIAL.sub(r"\\\1", text)


def fenced(text: str) -> str:
    """Put `text` between fences longer than any run of backticks in it."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def code(text: str) -> str:
    """Set a short text, an id for instance, in letters of one width."""
    if _TICKS.search(text) or "|" in text or text != text.strip() or not text:
        return inline(text)
    return f"`{text}`"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Set a table; the cells are Markdown already."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
