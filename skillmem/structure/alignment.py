"""Which steps of two runs correspond: a longest common subsequence, in linear space.

Lengths come from the bit-parallel recurrence of Crochemore, Iliopoulos, Pinzon and Reid
(Information Processing Letters 80, 2001, as simplified by Hyyrö, 2004), and the alignment
from them by Hirschberg's divide and conquer (Communications of the ACM 18, 1975).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

Pairs = tuple[tuple[int, int], ...]


def align(first: Sequence[Hashable], second: Sequence[Hashable]) -> Pairs:
    """Pair the places of two sequences that correspond, in order; each place at most once."""
    pairs: list[tuple[int, int]] = []
    waiting = [(0, len(first), 0, len(second))]
    while waiting:
        start, stop, other_start, other_stop = waiting.pop()
        while start < stop and other_start < other_stop and first[start] == second[other_start]:
            pairs.append((start, other_start))
            start, other_start = start + 1, other_start + 1
        if start == stop or other_start == other_stop:
            continue
        if stop - start == 1:
            pairs += _single(first[start], second, range(other_start, other_stop), start)
            continue
        middle = (start + stop) // 2
        cut = other_start + _cut(first[start:stop], second[other_start:other_stop], middle - start)
        waiting.append((start, middle, other_start, cut))
        waiting.append((middle, stop, cut, other_stop))
    return tuple(sorted(pairs))


def divergence(first: Sequence[Hashable], second: Sequence[Hashable]) -> int:
    """Tell the place in `first` up to which each step corresponds to one of `second`."""
    paired = {place for place, _ in align(first, second)}
    return next((place for place in range(len(first)) if place not in paired), len(first))


def _single(
    symbol: Hashable, second: Sequence[Hashable], places: range, start: int
) -> list[tuple[int, int]]:
    return next(([(start, place)] for place in places if second[place] == symbol), [])


def _cut(first: Sequence[Hashable], second: Sequence[Hashable], middle: int) -> int:
    """Find where to cut `second` so that both halves of `first` keep the longest alignment."""
    ahead = _lengths(first[:middle], second)
    behind = _lengths(first[middle:][::-1], second[::-1])
    return max(range(len(second) + 1), key=lambda place: ahead[place] + behind[len(second) - place])


def _lengths(first: Sequence[Hashable], second: Sequence[Hashable]) -> list[int]:
    """Give the length of a longest common subsequence with every prefix of `second`."""
    places: dict[Hashable, int] = {}
    for place, symbol in enumerate(second):
        places[symbol] = places.get(symbol, 0) | 1 << place
    full = (1 << len(second)) - 1
    row = full
    for symbol in first:
        matched = row & places.get(symbol, 0)
        row = ((row + matched) | (row - matched)) & full
    lengths = [0]
    for bit in reversed(f"{row:0{len(second)}b}" if second else ""):
        lengths.append(lengths[-1] + (bit == "0"))
    return lengths
