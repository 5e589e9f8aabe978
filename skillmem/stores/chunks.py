"""Long lists in pieces, since a statement takes only so many parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Part = TypeVar("Part")

LENGTH = 500


def chunks(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Cut `parts` into lists of at most `LENGTH`."""
    rest = iter(parts)
    while chunk := list(islice(rest, LENGTH)):
        yield chunk
