"""The official games and the tables beside them, read from the package when first asked for."""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

from envs.household.games import Game, TaskType
from skillmem.errors import UnknownTask
from skillmem.types import Record

Split = Literal["train", "valid_seen", "valid_unseen"]
SPLITS: tuple[Split, ...] = ("train", "valid_seen", "valid_unseen")


class Affordances(Record):
    """The object types with which each thing can be done; a container shows what is in it."""

    cleanable: frozenset[str]
    coolable: frozenset[str]
    heatable: frozenset[str]
    sliceable: frozenset[str]
    toggleable: frozenset[str]
    container: frozenset[str]


class Place(Record):
    """A receptacle of a room, not yet named.

    `word` is what it is called where that isn't its type: one sink is called a bathtub's.
    """

    type: str
    location: int
    openable: bool = False
    word: str = ""


class RoomPlan(Record):
    """A training room: its kind, the object types found in it, its receptacles in order."""

    kind: str
    objects: tuple[str, ...]
    receptacles: tuple[Place, ...]


class TaskShare(Record):
    """How many official training games are of a type, and the targets they have."""

    weight: int
    targets: frozenset[str]


class Tables(Record):
    """What holds for all games, and what drawing games needs.

    `counts[kind][type]` is a histogram: how many training games of that room kind hold
    0, 1, 2, … objects of the type. `places[type]` counts in which receptacle type they lie.
    """

    affordances: Affordances
    can_contain: Mapping[str, frozenset[str]]
    rooms: Mapping[int, RoomPlan]
    tasks: Mapping[TaskType, TaskShare]
    task_rooms: Mapping[str, tuple[str, ...]]
    counts: Mapping[str, Mapping[str, tuple[int, ...]]]
    places: Mapping[str, Mapping[str, int]]
    pickupable: frozenset[str]
    evaluation_signatures: frozenset[str]


@cache
def tables() -> Tables:
    """Read the tables, once a process."""
    return Tables.model_validate_json(_read("tables.json"))


@cache
def _lines(split: Split) -> dict[str, bytes]:
    """Map the ids of a split's games, in order, to their unparsed facts."""
    lines = lzma.decompress(_read(f"{split}.jsonl.xz")).splitlines()
    return {json.loads(line)["id"]: line for line in lines}


def _read(name: str) -> bytes:
    return resources.files("envs.household").joinpath("data", name).read_bytes()


def official_ids(split: Split) -> tuple[str, ...]:
    """Give the ids of a split's official games, in their fixed order."""
    return tuple(_lines(split))


@cache
def official_game(game_id: str) -> Game:
    """Read one official game.

    Raises:
        UnknownTask: no official game has that id.
    """
    for split in SPLITS:
        line = _lines(split).get(game_id)
        if line is not None:
            return Game.model_validate_json(line)
    raise UnknownTask(f"no game has the id {game_id!r}; `suite.tasks(split)` lists those there are")
