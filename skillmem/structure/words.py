"""Words of a text: where they stand, and which are names by their form alone."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

READ_CHARACTERS = 20_000

Form = Literal["word", "number", "name"]

_TOKEN = re.compile(
    r"""
    "[^"\n]*" | (?<!\w)'[^'\n]*'(?!\w) | `[^`\n]*`   # quoted
    | [A-Za-z][\w+.-]*://[^\s"'<>]+                  # a URL
    | [^\s"'`()\[\]{}<>,;=]+                           # anything else up to punctuation,
      (?:(?<=\w)'(?=\w)[^\s"'`()\[\]{}<>,;=]+)*     # apostrophes within a word included
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"\d+")
_NAME = re.compile(
    r"""
    ["'`].*                # quoted
    | .*\d.*               # an id, a date, a version
    | .*(://|@|\\).*       # a URL, an address, a path of Windows
    | (/|~|\./|\.\./).*    # a path
    | .*\w\.\w.*           # a file's name
    """,
    re.VERBOSE | re.DOTALL,
)


class Word(NamedTuple):
    """One word of a text: characters `start` to `end`; `text` is folded to one case.

    `form` is `number` for an integer, `name` for what is a name by its form (a quoted
    string, a path, a URL, an id), and `word` for all else.
    """

    text: str
    start: int
    end: int
    form: Form


def words(text: str) -> tuple[Word, ...]:
    """Split the first 20,000 characters of `text` into words, without punctuation."""
    found = (_word(match) for match in _TOKEN.finditer(text[:READ_CHARACTERS]))
    return tuple(word for word in found if word is not None)


def _word(match: re.Match[str]) -> Word | None:
    quoted = match[0][0] in "\"'`"
    text = match[0] if quoted else match[0].rstrip(".:!?*")
    if not any(char.isalnum() for char in text):
        return None
    return Word(text.casefold(), match.start(), match.start() + len(text), _form(text))


def _form(text: str) -> Form:
    if _NUMBER.fullmatch(text):
        return "number"
    return "name" if _NAME.fullmatch(text) else "word"


def singulars(word: str) -> tuple[str, ...]:
    """Give the words whose simple plural `word` may be."""
    if word.endswith("ies"):
        return (word[:-3] + "y", word[:-1])
    if word.endswith("es"):
        return (word[:-1], word[:-2])
    return (word[:-1],) if word.endswith("s") else ()


def possessed(word: str) -> tuple[str, ...]:
    """Give the word whose possessive (`Tom's`) `word` may be."""
    return (word[:-2],) if word[-2:] in ("'s", "’s") and len(word) > 2 else ()  # noqa: PLR2004
