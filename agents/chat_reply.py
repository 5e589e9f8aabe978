"""A chat model's reply, read as one of the admissible commands or refused."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_THINKING = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_LEAD = re.compile(
    r"^(?:the |your |my |next |number |of |is )*(?:command|action|answer|number)(?: is)?\s*:?\s+",
)
_MARKED = re.compile(r"^\(?\d+[.):]*\s+")
_NUMBER = re.compile(r"^\d+$")
_AROUND = " \t>*-+`'\"“”‘’.,;:!()[]{}<#=|"
_SPACE = re.compile(r"\s+")


def read_command(reply: str, admissible: Sequence[str]) -> str | None:
    """Find the admissible command that a reply means; nothing if that isn't certain.

    The first line that is a number of the list, from 1 on, or a command counts, whatever its
    case, its punctuation, the mark (`>`, `-`, `1.`) or the lead (`Action:`) before it. Without
    one it is the first line, or else the whole reply, that names exactly one command of two
    words or more.
    """
    lines = [_plain(line) for line in _THINKING.sub("", reply).splitlines()]
    known = {_plain(command): command for command in reversed(admissible)}
    for line in lines:
        found = _numbered(line, admissible) or known.get(line) or known.get(_bare(line))
        if found is not None:
            return found
    for text in (*lines, "\n".join(lines)):
        named = _named(text, known)
        if len(named) == 1:
            return known[named[0]]
    return None


def _plain(text: str) -> str:
    """Take from a text what doesn't tell commands apart."""
    return _SPACE.sub(" ", text.casefold()).strip(_AROUND)


def _bare(line: str) -> str:
    """Take the lead and the mark from a line."""
    for decoration in (_LEAD, _MARKED, _LEAD):
        line = decoration.sub("", line).strip(_AROUND)
    return line


def _numbered(line: str, admissible: Sequence[str]) -> str | None:
    bare = _LEAD.sub("", line).strip(_AROUND)
    if not _NUMBER.match(bare) or len(bare) > len(str(len(admissible))):
        return None
    place = int(bare)
    return admissible[place - 1] if 1 <= place <= len(admissible) else None


def _named(text: str, known: Mapping[str, str]) -> list[str]:
    """List the commands of several words that a text names, those within others left out."""
    spans = [
        (found.start(), found.end(), command)
        for command in known
        if " " in command
        for found in re.finditer(rf"(?<!\w){re.escape(command)}(?!\w)", text)
    ]
    widest = [span for span in spans if not any(_within(span, other) for other in spans)]
    return list(dict.fromkeys(command for _, _, command in widest))


def _within(span: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return other != span and other[0] <= span[0] and span[1] <= other[1]
