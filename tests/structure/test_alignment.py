"""Longest common subsequences."""

from __future__ import annotations

import itertools
import random
import time

from hypothesis import given
from hypothesis import strategies as st

from skillmem.structure import align, divergence

sequences = st.lists(st.sampled_from("abcd"), max_size=14)


def _longest(one: list[str], other: list[str]) -> int:
    """Compute the length by the textbook's table."""
    row = [0] * (len(other) + 1)
    for symbol in one:
        before = row
        row = [0]
        for place, rival in enumerate(other):
            best = max(row[-1], before[place + 1])
            row.append(before[place] + 1 if rival == symbol else best)
    return row[-1]


@given(sequences, sequences)
def test_an_alignment_is_a_longest_one(one: list[str], other: list[str]) -> None:
    """Pairs are equal, in order, and as many as there can be."""
    pairs = align(one, other)

    assert all(one[left] == other[right] for left, right in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in itertools.pairwise(pairs))
    assert len(pairs) == _longest(one, other)


def test_divergence_is_the_first_step_without_counterpart() -> None:
    """Up to there, each step corresponds to one of the other run."""
    assert divergence("abcx", "abdc") == 3
    assert divergence("ab", "abc") == 2


def test_long_runs_are_aligned_quickly() -> None:
    """Two runs of 1,000 steps take well under a second."""
    dice = random.Random(7)
    one, other = ([dice.choice("abcdefgh") for _ in range(1000)] for _ in range(2))
    started = time.perf_counter()

    assert len(align(one, other)) > 500
    assert time.perf_counter() - started < 1.0
