"""A command, once its words are understood."""

from __future__ import annotations

from typing import NamedTuple

NOTHING = -1
"""In place of an index: no object, no receptacle."""


class Command(NamedTuple):
    """What to do, with which object and which receptacle (indices of the game).

    `slice` names the object that is sliced; the knife is what the hand holds.
    """

    verb: str
    object: int = NOTHING
    receptacle: int = NOTHING
