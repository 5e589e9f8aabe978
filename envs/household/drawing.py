"""Training games drawn anew: other objects in other places of the training rooms.

Rooms, furniture, numbers of objects and where they lie are those of the official training
games. A drawn game can be won by construction, is not won at its start, and is never one
of the evaluation games. Its id holds all that is needed to draw it again. What is odd about
some official games (an object in two receptacles, or recorded elsewhere) is not imitated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from random import Random
from typing import NamedTuple

from envs.household.games import Game, Receptacle, TaskType, Thing, signature
from envs.household.library import RoomPlan, tables
from envs.household.treatments import TREATMENTS
from skillmem.errors import UnknownTask

LIGHT = "look_at_obj_in_light"
ID = re.compile(r"drawn-(-?[0-9]+)-([0-9]+)")

NEVER_SEEN = (1,)
"""The histogram of an object type of which every game holds none."""

GOALS: dict[TaskType, tuple[str, str]] = {
    "pick_and_place_simple": ("put a {object} in {target}.", "put some {object} on {target}."),
    "pick_clean_then_place_in_recep": (
        "put a clean {object} in {target}.",
        "clean some {object} and put it in {target}.",
    ),
    "pick_heat_then_place_in_recep": (
        "put a hot {object} in {target}.",
        "heat some {object} and put it in {target}.",
    ),
    "pick_cool_then_place_in_recep": (
        "put a cool {object} in {target}.",
        "cool some {object} and put it in {target}.",
    ),
    "pick_two_obj_and_place": (
        "put two {object} in {target}.",
        "find two {object} and put them in {target}.",
    ),
    "look_at_obj_in_light": (
        "look at {object} under the {target}.",
        "examine the {object} with the {target}.",
    ),
}


class Assignment(NamedTuple):
    """What a drawn game asks for, and in which room."""

    task_type: TaskType
    scene: int
    object_type: str
    target_type: str

    def needed(self, kind: str) -> int:
        """Tell how many objects of a type there must be."""
        if kind == self.object_type:
            return 2 if self.task_type == "pick_two_obj_and_place" else 1
        return int(kind == self.target_type)


def drawn_ids(count: int, seed: int) -> tuple[str, ...]:
    """Name the first `count` games of a seed."""
    return tuple(f"drawn-{seed}-{number}" for number in range(count))


def is_drawn(game_id: str) -> bool:
    """Say whether an id names a drawn game."""
    return ID.fullmatch(game_id) is not None


@lru_cache(maxsize=1024)
def drawn_game(game_id: str) -> Game:
    """Draw the game that an id names.

    Raises:
        UnknownTask: the id does not have the form of a drawn game's.
    """
    if not is_drawn(game_id):
        raise UnknownTask(f"{game_id!r} names no drawn game; `suite.draw(count, seed)` gives ids")
    random = Random(game_id)  # noqa: S311 (a game, not a secret)
    while True:
        game = _furnish(game_id, _assign(random), random)
        if signature(game) not in tables().evaluation_signatures:
            return game


def _assign(random: Random) -> Assignment:
    """Draw the type as often as it is in training, then a room, then what to put where."""
    shares = tables().tasks
    (kind,) = random.choices(list(shares), [share.weight for share in shares.values()])
    return random.choice(random.choice(_assignments(kind)))


@cache
def _assignments(task_type: TaskType) -> tuple[tuple[Assignment, ...], ...]:
    """List what may be asked in each training room where the type of task is possible."""
    kinds = tables().task_rooms[task_type]
    rooms = (
        tuple(
            Assignment(task_type, scene, thing, target)
            for target in sorted(_possible_targets(task_type, plan))
            for thing in _possible_objects(task_type, plan, target)
        )
        for scene, plan in tables().rooms.items()
        if plan.kind in kinds
    )
    return tuple(room for room in rooms if room)


def _possible_targets(task_type: TaskType, plan: RoomPlan) -> frozenset[str]:
    """Give the targets that a room has; none if the room lacks what the task needs."""
    furniture = {receptacle.type for receptacle in plan.receptacles}
    treatment = TREATMENTS.get(task_type)
    if treatment is not None and not furniture & treatment.receptacles:
        return frozenset()
    lamps = {kind for kind in plan.objects if _places(plan, kind)}
    present = lamps if task_type == LIGHT else furniture
    return tables().tasks[task_type].targets & present


def _possible_objects(task_type: TaskType, plan: RoomPlan, target: str) -> Iterator[str]:
    """Give the objects with which a task can be set in a room, so that it isn't done yet."""
    treatment = TREATMENTS.get(task_type)
    for kind in sorted(tables().pickupable.intersection(plan.objects)):
        fits = task_type == LIGHT or kind in tables().can_contain[target]
        treatable = treatment is None or kind in treatment.object_types()
        if fits and treatable and _places(plan, kind, avoid=target):
            yield kind


def _places(plan: RoomPlan, kind: str, avoid: str = "") -> dict[int, float]:
    """Weigh the receptacles in which an object may lie, by how often it does in training."""
    often = tables().places.get(kind, {})
    numbers = Counter(receptacle.type for receptacle in plan.receptacles)
    return {
        index: often[receptacle.type] / numbers[receptacle.type]
        for index, receptacle in enumerate(plan.receptacles)
        if receptacle.type in often and receptacle.type != avoid
    }


def _furnish(game_id: str, asked: Assignment, random: Random) -> Game:
    """Put objects into the room, among them what the task needs."""
    plan = tables().rooms[asked.scene]
    goal = random.choice(GOALS[asked.task_type])
    return Game(
        id=game_id,
        task_type=asked.task_type,
        object_type=asked.object_type,
        target_type=asked.target_type,
        scene=asked.scene,
        goal=goal.format(object=asked.object_type.lower(), target=asked.target_type.lower()),
        receptacles=_named_receptacles(plan),
        objects=tuple(_objects(plan, asked, random)),
    )


def _named_receptacles(plan: RoomPlan) -> tuple[Receptacle, ...]:
    names = _names([receptacle.word or receptacle.type for receptacle in plan.receptacles])
    return tuple(
        Receptacle(
            name=name,
            type=receptacle.type,
            location=receptacle.location,
            openable=receptacle.openable,
        )
        for name, receptacle in zip(names, plan.receptacles, strict=True)
    )


def _objects(plan: RoomPlan, asked: Assignment, random: Random) -> Iterator[Thing]:
    kinds = sorted(plan.objects, key=str.lower)
    places = {kind: _draw_places(plan, asked, kind, random) for kind in kinds}
    for kind, chosen in places.items():
        for name, place in zip(_names([kind] * len(chosen)), chosen, strict=True):
            yield Thing(
                name=name,
                type=kind,
                receptacles=(place,),
                locations=(plan.receptacles[place].location,),
                pickupable=kind in tables().pickupable,
            )


def _draw_places(plan: RoomPlan, asked: Assignment, kind: str, random: Random) -> list[int]:
    """Draw how many objects of a type there are, and the receptacle of each."""
    histogram = tables().counts[plan.kind].get(kind, NEVER_SEEN)
    (count,) = random.choices(range(len(histogram)), histogram)
    places = _places(plan, kind, avoid=asked.target_type if kind == asked.object_type else "")
    if not places:
        return []
    count = max(count, asked.needed(kind))
    return random.choices(list(places), list(places.values()), k=count)


def _names(words: Sequence[str]) -> Iterator[str]:
    """Name things in the engine's order: of each word, the last is number 1."""
    lowered = [word.lower() for word in words]
    left = Counter(lowered)
    for word in lowered:
        yield f"{word} {left[word]}"
        left[word] -= 1
