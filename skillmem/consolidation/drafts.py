"""What a draft of a lesson may not hold, whichever distiller wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from skillmem.consolidation.wording import PROSE
from skillmem.structure.evidence import NAME_WORDS
from skillmem.structure.masking import SLOT
from skillmem.structure.templates import Reader
from skillmem.structure.words import singulars, words
from skillmem.types import Episode, LessonDraft

UNPLACED = "unplaced"
"""The id of an item that has no place in a namespace's history yet."""
QUOTES = "\"'`"


def objection(draft: LessonDraft, failure: Episode, read: Reader) -> str | None:
    """Say why a draft can't become a lesson, or nothing when it can.

    It says something in each of its texts and leaves no action empty; it holds no digit, no
    name that is known, and no word of a thing that the failure's goal or actions name, but
    for words of operations and of plain prose.
    """
    reason = _unsaid(draft)
    if reason is not None:
        return f"the distiller's draft {reason}"
    said = SLOT.sub(" ", "\n".join(_texts(draft)))
    digit = next((char for char in said if char.isdigit()), None)
    if digit is not None:
        return f"the distiller's draft holds the digit {digit!r}"
    name = _name(said, failure, read)
    return None if name is None else f"the distiller's draft names {name!r}"


def disproved(draft: LessonDraft) -> str | None:
    """Say that more successes did the same than support the lesson, if so."""
    against, support = len(draft.counterexample_ids), len(draft.model_ids)
    return f"{against} successes did the same, and {support} did not" if against > support else None


def _texts(draft: LessonDraft) -> tuple[str, ...]:
    return (draft.situation, draft.mistake, draft.advice, draft.goal, *draft.skeleton)


def _unsaid(draft: LessonDraft) -> str | None:
    for name in ("situation", "mistake", "advice"):
        if not getattr(draft, name).strip():
            return f"has no {name}"
    actions = [line[1:] for line in draft.advice.splitlines() if line.startswith(">")]
    if '""' in "".join(_texts(draft)) or not all(map(str.strip, (*actions, *draft.skeleton))):
        return "leaves an action empty"
    return None


def _name(said: str, failure: Episode, read: Reader) -> str | None:
    """Find a word that names a thing."""
    for mention in read.mentions(said):
        if mention.name in read.entities and mention.name not in read.operations:
            return mention.name
    own = frozenset(_things(failure, read)) - read.operations - PROSE
    return next(
        (word for word in _words([said]) if own.intersection((word, *singulars(word)))), None
    )


def _things(failure: Episode, read: Reader) -> Iterator[str]:
    """Give the words of all that a run's goal and actions are about; free text names nothing."""
    yield from _words(read.goal(failure.task.goal).names)
    for step in failure.steps:
        things = (argument.thing for argument in read.template(step).arguments)
        yield from _words(thing for thing in things if len(thing.split()) <= NAME_WORDS)


def _words(texts: Iterable[str]) -> Iterator[str]:
    """Give the words of texts, those within quotes too."""
    for text in texts:
        for token in words(text):
            yield from token.text.strip(QUOTES).split() if token.form == "name" else (token.text,)
