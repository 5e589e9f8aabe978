"""Recorded text to lines that can't pass for anything else."""

from __future__ import annotations

import re
import unicodedata

ACTION_MARK = "> "
CONTINUATION = "  "
ELLIPSIS = "…"

_TAB = 4
_BREAK = re.compile(r"\r\n?|\n")
_BLANK = re.compile(r"[\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
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


def passage(text: str, limit: int) -> str:
    r"""Write `text` in its own lines, in at most `limit` characters (one more when marked).

    The second and all further lines begin with two spaces, and with their own indentation
    behind these; an empty one holds a backslash. So none is blank, and none begins as an
    action or a heading does. The first gets a backslash if it begins with `>`, `#` or a space.
    """
    shown = _in_lines(text, limit)
    return f"\\{shown}" if shown.startswith((">", "#", " ")) else shown


def action_line(action: str, limit: int) -> str:
    """Write an action behind its mark, an empty one as the bare mark.

    Of an action of several lines the second and all further ones are as in `passage`.
    """
    return ACTION_MARK + _in_lines(action, limit)


def clipped(text: str, limit: int) -> str:
    """Collapse, escape and cut `text`; looks at no more of it than can be shown."""
    head = _head(text, limit)
    line = _escaped(_collapsed(head))
    return line if len(head) == len(text) and len(line) <= limit else _cut(line, limit)


def _in_lines(text: str, limit: int) -> str:
    head = _head(text, limit)
    shown = f"\n{CONTINUATION}".join(_lines(head))
    if len(head) == len(text) and len(shown) <= limit:
        return shown
    return _cut(shown, limit)


def _lines(text: str) -> list[str]:
    """Split a text into lines that show; the empty ones around it are left out."""
    if text.isprintable():
        return [text.strip(" ")]
    lines = [_spaced(line).rstrip(" ") for line in _BREAK.split(text)]
    filled = [number for number, line in enumerate(lines) if line]
    if not filled:
        return []
    kept = [_escaped(line) or "\\" for line in lines[filled[0] : filled[-1] + 1]]
    return kept if len(kept) > 1 else [kept[0].strip(" ")]


def _head(text: str, limit: int) -> str:
    return text[: 4 * limit + 64]


def _cut(shown: str, limit: int) -> str:
    return shown[: limit - 1].rstrip() + ELLIPSIS if limit else ""


def _collapsed(text: str) -> str:
    if text.isprintable() and "  " not in text:
        return text.strip(" ")
    return _BLANKS.sub(" ", text).strip(" ")


def _spaced(line: str) -> str:
    return _BLANK.sub(" ", line).expandtabs(_TAB)


def _escaped(line: str) -> str:
    if line.isprintable():
        return line
    return "".join(_shown(char) for char in line)


def _shown(char: str) -> str:
    if unicodedata.category(char) not in _UNSEEN or char in _JOINERS:
        return char
    return char.encode("unicode_escape").decode("ascii")
