"""Commands as words and things; patterns of commands, and what matches them."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

SLOT = re.compile(r"<[A-Z]+>")
WORD = re.compile(r"<[A-Z]+>|[^\W_]+(?:[-'][^\W_]+)*")


class Thing(NamedTuple):
    """What a command is about: a name and a number (`apple`, `3`), or a slot (`<A>`, ``)."""

    name: str
    number: str


class Command(NamedTuple):
    """A command, taken apart: plain words and things in their order.

    `names` are those of the things. `verb` is the first word. `shape` has names in the place
    of things.
    """

    text: str
    parts: tuple[str | Thing, ...]
    things: tuple[Thing, ...]
    names: frozenset[str]
    words: frozenset[str]
    verb: str
    shape: tuple[str, ...]


def words_of(text: str) -> tuple[str, ...]:
    """Split a text into words in lower case; a slot is a word and stays as it is."""
    return tuple(word if SLOT.fullmatch(word) else word.lower() for word in WORD.findall(text))


@lru_cache(maxsize=65536)
def parse(text: str) -> Command:
    """Take a command apart: a word before a number names a thing, and so does a slot."""
    words = words_of(text)
    parts: list[str | Thing] = []
    for word in words:
        previous = parts[-1] if parts else None
        if word.isdecimal() and isinstance(previous, str):
            parts[-1] = Thing(previous, word)
        else:
            parts.append(Thing(word, "") if SLOT.fullmatch(word) else word)
    things = tuple(part for part in parts if isinstance(part, Thing))
    shape = tuple(part if isinstance(part, str) else part.name for part in parts)
    verb = shape[0] if shape else ""
    names = frozenset(thing.name for thing in things)
    return Command(text, tuple(parts), things, names, frozenset(words), verb, shape)
