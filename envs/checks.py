"""What every suite refuses: splits that there are not, and numbers that are too small."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from skillmem.errors import InvalidOption, UnknownSplit

SomeSplit = TypeVar("SomeSplit", bound=str)


def find_split(name: str, known: Sequence[SomeSplit]) -> SomeSplit:
    """Give the split of that name.

    Raises:
        UnknownSplit: it is none of `known`.
    """
    for split in known:
        if split == name:
            return split
    raise UnknownSplit(f"no split is named {name!r}; there are {', '.join(known)}")


def require_at_least(least: int, **numbers: int) -> None:
    """Refuse numbers that are too small, by their names.

    Raises:
        InvalidOption: one is below `least`.
    """
    for name, number in numbers.items():
        if number < least:
            raise InvalidOption(f"{name} must be at least {least}, not {number}")
