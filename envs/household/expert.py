"""A winning plan for any game, found with full knowledge of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product

from envs.household.games import TaskType
from envs.household.library import tables
from envs.household.room import MIDDLE, Room
from envs.household.rules import admissible, apply, is_won
from envs.household.treatments import TREATMENTS

Plan = tuple[str, ...]


def winning_plan(room: Room) -> Plan:
    """Give commands that win the game from its start, few of them but not always the fewest.

    Raises:
        ValueError: the game can't be won.
    """
    plans = sorted(PLANNERS[room.game.task_type](room), key=len)
    played = (_until_won(room, plan) for plan in plans)
    plan = next((plan for plan in played if plan is not None), None)
    if plan is None:
        raise ValueError(f"game {room.game.id} can't be won")
    return plan


def _until_won(room: Room, plan: Plan) -> Plan | None:
    """Play a plan, and cut it where it wins; None if it doesn't."""
    state = room.start()
    for number, text in enumerate(plan, start=1):
        command = admissible(room, state).get(text)
        if command is None:
            return None
        apply(room, state, command)
        if is_won(room, state):
            return plan[:number]
    return None


class _Walk:
    """A plan in the making: where the agent is, what it opened, what it did."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self.location = MIDDLE
        self.opened: set[int] = set()
        self.commands: list[str] = []

    def go(self, receptacle: int) -> None:
        """Go to a receptacle, unless it is reached from here."""
        if self.location != self.room.locations[receptacle]:
            self.location = self.room.locations[receptacle]
            self.commands.append(f"go to {self.room.receptacle_names[receptacle]}")

    def reach_into(self, receptacle: int) -> None:
        """Go to a receptacle and open it where it has a door."""
        self.go(receptacle)
        if receptacle in self.room.openable and receptacle not in self.opened:
            self.opened.add(receptacle)
            self.commands.append(f"open {self.room.receptacle_names[receptacle]}")

    def take(self, thing: int, source: int) -> None:
        """Fetch an object."""
        self.reach_into(source)
        self._say("take {} from {}", thing, source)

    def treat(self, verb: str, thing: int, station: int) -> None:
        """Clean, heat or cool what is held."""
        self.go(station)
        self._say(verb + " {} with {}", thing, station)

    def move(self, thing: int, target: int) -> None:
        """Put down what is held."""
        self.reach_into(target)
        self._say("move {} to {}", thing, target)

    def _say(self, form: str, thing: int, receptacle: int) -> None:
        names = self.room.object_names[thing], self.room.receptacle_names[receptacle]
        self.commands.append(form.format(*names))

    def use(self, lamp: int, place: int) -> None:
        """Turn on a lamp."""
        self.go(place)
        self.commands.append(f"use {self.room.object_names[lamp]}")


def _places(room: Room, things: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Pair each of these objects with each receptacle it lies in."""
    return (
        (thing, place) for thing in sorted(things) for place in room.game.objects[thing].receptacles
    )


def _sources(room: Room) -> list[tuple[int, int]]:
    return list(_places(room, room.goal_objects & room.pickupable))


def _targets(room: Room) -> tuple[int, ...]:
    """Give the receptacles that can be filled to win."""
    fitting = tables().can_contain.get(room.game.target_type, frozenset())
    return room.goal_receptacles if room.game.object_type in fitting else ()


def _one_plans(room: Room) -> Iterator[Plan]:
    for (thing, source), target in product(_sources(room), _targets(room)):
        walk = _Walk(room)
        walk.take(thing, source)
        walk.move(thing, target)
        yield tuple(walk.commands)


def _treated_plans(room: Room) -> Iterator[Plan]:
    treatment = TREATMENTS[room.game.task_type]
    stations = [n for n, verb in room.treatments.items() if verb == treatment.verb]
    for (thing, source), station, target in product(_sources(room), stations, _targets(room)):
        walk = _Walk(room)
        walk.take(thing, source)
        walk.treat(treatment.verb, thing, station)
        walk.move(thing, target)
        yield tuple(walk.commands)


def _two_plans(room: Room) -> Iterator[Plan]:
    for target in _targets(room):
        walk = _Walk(room)
        for thing, source in _two_nearest(room, target):
            if source != target:
                walk.take(thing, source)
                walk.move(thing, target)
        yield tuple(walk.commands)


def _two_nearest(room: Room, target: int) -> list[tuple[int, int]]:
    """Give two objects, each with the place it is fetched from with the fewest commands."""
    nearest: dict[int, int] = {}
    for thing, source in _sources(room):
        best = min(nearest.get(thing, source), source, key=lambda r: _effort(room, r, target))
        nearest[thing] = best
    things = sorted(nearest, key=lambda thing: _effort(room, nearest[thing], target))
    return [(thing, nearest[thing]) for thing in things[:2]]


def _effort(room: Room, source: int, target: int) -> int:
    """Estimate the commands that fetching from a receptacle adds."""
    if source == target:
        return 0
    return 1 + (source in room.openable) + 2 * (room.locations[source] != room.locations[target])


def _light_plans(room: Room) -> Iterator[Plan]:
    lamps = list(_places(room, room.goal_lamps))
    for (thing, source), (lamp, place) in product(_sources(room), lamps):
        walk = _Walk(room)
        walk.take(thing, source)
        walk.use(lamp, place)
        yield tuple(walk.commands)


PLANNERS: Mapping[TaskType, Callable[[Room], Iterator[Plan]]] = {
    "pick_and_place_simple": _one_plans,
    "pick_clean_then_place_in_recep": _treated_plans,
    "pick_heat_then_place_in_recep": _treated_plans,
    "pick_cool_then_place_in_recep": _treated_plans,
    "pick_two_obj_and_place": _two_plans,
    "look_at_obj_in_light": _light_plans,
}
