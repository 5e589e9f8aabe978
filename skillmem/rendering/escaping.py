"""Recorded text to single lines that can't pass for anything else."""

from __future__ import annotations

import re
import unicodedata

ACTION_MARK = "> "
ELLIPSIS = "…"

_BLANKS = re.compile(r"[ \t\r\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_JOINERS = "\u200c\u200d"
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})


def one_line(text: str, limit: int) -> str:
    r"""Put `text` on one line of at most `limit` characters (one more when it is marked).

    White space is collapsed, control and format characters are written as `\x1b`, what is
    cut ends in an ellipsis, and a line that would begin with `>` or `#` gets a backslash.
    """
    line = clipped(text, limit)
    return f"\\{line}" if line.startswith((">", "#")) else line


def action_line(action: str, limit: int) -> str:
    """Write an action as a line of its own; an empty one as the bare mark."""
    return ACTION_MARK + clipped(action, limit)


def clipped(text: str, limit: int) -> str:
    """Collapse, escape and cut `text`; looks at no more of it than can be shown."""
    head = text[: 4 * limit + 64]
    line = _escaped(_collapsed(head))
    if len(line) <= limit and len(head) == len(text):
        return line
    return line[: limit - 1] + ELLIPSIS if limit else ""


def _collapsed(text: str) -> str:
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return _BLANKS.sub(" ", text).strip(" ")


def _escaped(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(_shown(char) for char in line)


def _shown(char: str) -> str:
    if unicodedata.category(char) not in _UNSEEN or char in _JOINERS:
        return char
    return char.encode("unicode_escape").decode("ascii")
