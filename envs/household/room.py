"""A room as it stands (`Room`) and as it has become (`State`), in indices of the game."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from envs.household.commands import NOTHING, Command
from envs.household.games import Game
from envs.household.library import tables
from envs.household.treatments import TREATMENTS

MIDDLE = -1
"""The location where the agent starts: the middle of the room, where no receptacle is."""


@dataclass(slots=True)
class State:
    """What changes while a game is played. Indices are those of the game's tuples.

    `lying[o]` is where the engine believes an object to lie, and `left` the pairs of an
    object and a receptacle it was taken from: only slicing and looking around use them.
    """

    contents: list[set[int]]
    lying: list[set[int]]
    location: int = MIDDLE
    held: int = NOTHING
    opened: set[int] = field(default_factory=set)
    clean: set[int] = field(default_factory=set)
    hot: set[int] = field(default_factory=set)
    cool: set[int] = field(default_factory=set)
    sliced: set[int] = field(default_factory=set)
    toggled: set[int] = field(default_factory=set)
    left: set[tuple[int, int]] = field(default_factory=set)


class Room:
    """What never changes in a game, looked up by index."""

    def __init__(self, game: Game) -> None:
        self.game = game
        self.receptacle_names = tuple(receptacle.name for receptacle in game.receptacles)
        self.object_names = tuple(thing.name for thing in game.objects)
        self.receptacle_types = tuple(receptacle.type for receptacle in game.receptacles)
        self.object_types = tuple(thing.type for thing in game.objects)
        self.locations = tuple(receptacle.location for receptacle in game.receptacles)
        self.openable = frozenset(n for n, r in enumerate(game.receptacles) if r.openable)
        self.pickupable = frozenset(n for n, o in enumerate(game.objects) if o.pickupable)
        affordances = tables().affordances
        self.sliceable = self.of_types(affordances.sliceable)
        self.toggleable = self.of_types(affordances.toggleable)
        self.containers = self.of_types(affordances.container)
        self.treatable = {t.verb: self.of_types(t.object_types()) for t in TREATMENTS.values()}
        self.treatments = {
            n: t.verb
            for t in TREATMENTS.values()
            for n, kind in enumerate(self.receptacle_types)
            if kind in t.receptacles
        }
        self.knives = self.of_types(frozenset({"Knife", "ButterKnife"}))
        self.goal_objects = self.of_types(frozenset({game.object_type}))
        self.goal_lamps = self.of_types(frozenset({game.target_type})) & self.toggleable
        self.goal_receptacles = tuple(
            n for n, kind in enumerate(self.receptacle_types) if kind == game.target_type
        )
        self.reached_from = self._receptacles_by_location()
        self._journeys: dict[int, dict[str, Command]] = {}

    def of_types(self, types: frozenset[str]) -> frozenset[int]:
        """Give the objects that are of one of these types."""
        return frozenset(n for n, kind in enumerate(self.object_types) if kind in types)

    def _receptacles_by_location(self) -> dict[int, tuple[int, ...]]:
        reached: defaultdict[int, list[int]] = defaultdict(list)
        for receptacle, location in enumerate(self.locations):
            reached[location].append(receptacle)
        return {MIDDLE: ()} | {place: tuple(found) for place, found in reached.items()}

    def journeys(self, location: int) -> dict[str, Command]:
        """Map the text of each command that leads away from a location to its meaning."""
        known = self._journeys.get(location)
        if known is None:
            known = self._journeys[location] = {
                f"go to {name}": Command("go", receptacle=receptacle)
                for receptacle, name in enumerate(self.receptacle_names)
                if self.locations[receptacle] != location
            }
        return known

    def inside(self, outer: int) -> list[int]:
        """Give the objects that lie in another object, in order. They never leave it."""
        return [n for n, thing in enumerate(self.game.objects) if outer in thing.outer]

    def start(self) -> State:
        """Give the state in which the game begins."""
        state = State(
            contents=[set() for _ in self.receptacle_names],
            lying=[set(thing.locations) for thing in self.game.objects],
            cool={n for n, thing in enumerate(self.game.objects) if thing.cool},
        )
        for index, thing in enumerate(self.game.objects):
            for receptacle in thing.receptacles:
                state.contents[receptacle].add(index)
        return state
