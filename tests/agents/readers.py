"""A reader that knows a few bigrams: a language model small enough to check by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import log

import numpy as np
from numpy.typing import NDArray

LIKES = 0.9


class BigramReader:
    """Splits texts into characters, and likes a character that it has seen after the last one."""

    def __init__(self, room: int = 4096) -> None:
        self.room = room
        self.prompts: list[str] = []
        self.evaluated = 0

    def fingerprint(self) -> str:
        """Give a name."""
        return "bigrams"

    def begin(self) -> tuple[int, ...]:
        """Begin with a mark."""
        return (2,)

    def forget(self) -> None:
        """Forget nothing: it keeps nothing."""

    def tokenise(self, text: str) -> tuple[int, ...]:
        """Give code points."""
        return tuple(map(ord, text))

    def likelihoods(
        self, prompt: Sequence[int], continuations: Sequence[tuple[int, ...]]
    ) -> list[NDArray[np.float64]]:
        """Say how likely each character is: as likely as it came after the one before it."""
        self.evaluated += len(prompt)
        self.prompts.append("".join(map(chr, prompt[1:])))
        seen = set(pairwise(prompt))
        return [
            np.array([_log(pair in seen) for pair in _pairs(prompt[-1], sequence)])
            for sequence in continuations
        ]


def _pairs(last: int, sequence: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise([last, *sequence]))


def _log(known: bool) -> float:  # noqa: FBT001 - it is what is looked up
    return log(LIKES if known else 1.0 - LIKES)
