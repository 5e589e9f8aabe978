"""Two goals, laid beside each other: which word of one stands for which of the other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from agents.commands import SLOT, words_of

_FUNCTION_WORDS = """
a an and any are as at be by for from in into is it its of off on onto or some that the their
them then there this to under up with you your
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


class Alignment(NamedTuple):
    """How well a recorded goal fits a task's, from 0 to 1, and what its names stand for."""

    quality: float
    names: Mapping[str, str]


def content_words(text: str) -> tuple[str, ...]:
    """Give the words of a text that carry meaning, in order."""
    return tuple(word for word in words_of(text) if word not in FUNCTION_WORDS)


@lru_cache(maxsize=8192)
def align(recorded: str, task: str, nameable: frozenset[str]) -> Alignment:
    """Lay a recorded goal beside a task's goal.

    `nameable` are the names of things in the recorded actions: such a word of the recorded
    goal (and any slot) may stand for another word, and costs nothing. The words that the
    goals do not share are paired from the right, as noun phrases end in their noun. The
    quality is the F1 of the words left over: those that say what kind of task it is.
    """
    theirs, ours = content_words(recorded), content_words(task)
    names = {word: word for word in theirs if word in ours and _is_name(word, nameable)}
    odd_theirs = [word for word in theirs if word not in ours]
    odd_ours = [word for word in ours if word not in theirs]
    pairs = zip(reversed(odd_theirs), reversed(odd_ours), strict=False)
    names.update((word, other) for word, other in pairs if _is_name(word, nameable))
    kind_theirs = {word for word in theirs if not _is_name(word, nameable)}
    kind_ours = set(ours) - set(names.values())
    shared = len(kind_theirs & kind_ours)
    total = len(kind_theirs) + len(kind_ours)
    return Alignment(2 * shared / total if total else 1.0, names)


def _is_name(word: str, nameable: frozenset[str]) -> bool:
    return word in nameable or SLOT.fullmatch(word) is not None
