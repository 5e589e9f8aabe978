"""What a game is: a room, what lies where in it, and what is asked."""

from __future__ import annotations

import hashlib
import json
from typing import Literal

from skillmem.types import Record

TaskType = Literal[
    "pick_and_place_simple",
    "pick_clean_then_place_in_recep",
    "pick_heat_then_place_in_recep",
    "pick_cool_then_place_in_recep",
    "pick_two_obj_and_place",
    "look_at_obj_in_light",
]


class Receptacle(Record):
    """A place where objects lie. Receptacles of one `location` are reached together."""

    name: str
    type: str
    location: int
    openable: bool = False


class Thing(Record):
    """An object: the receptacles it lies in, the objects it lies in, where it was seen.

    The official games put some objects into two receptacles at once, or record for them
    another location than their receptacle's: all of it changes what the engine answers.
    """

    name: str
    type: str
    receptacles: tuple[int, ...] = ()
    locations: tuple[int, ...] = ()
    outer: tuple[int, ...] = ()
    pickupable: bool = False
    cool: bool = False


class Game(Record):
    """One game. Receptacles and objects are in the order in which the engine lists them.

    `target_type` is the receptacle to fill, or the lamp to use. The agent starts in the
    middle of the room, where no receptacle is.
    """

    id: str
    task_type: TaskType
    object_type: str
    target_type: str
    scene: int
    goal: str
    receptacles: tuple[Receptacle, ...]
    objects: tuple[Thing, ...]
    walkthrough: tuple[str, ...] = ()
    human_goals: tuple[str, ...] = ()


def signature(game: Game) -> str:
    """Digest what makes two games the same: the goal and the initial state."""
    receptacles = [[r.name, r.location, r.openable] for r in game.receptacles]
    objects = [[thing.name, thing.receptacles, thing.cool] for thing in game.objects]
    text = json.dumps([game.goal, receptacles, objects], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
