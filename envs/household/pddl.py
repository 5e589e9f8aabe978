"""A game as a PDDL problem, for ALFWorld's own engine.

It holds what a `Game` does: what no command can reach is not in it, so the numbers in names
come out as they are only for games that are complete, such as drawn ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from envs.household.games import Game, TaskType, Thing
from envs.household.library import tables

Fact = tuple[str, ...]

WORD = re.compile(r"\W")
AGENT = "agent1"
START = "loc_bar_start"
BASIN = "basin"

IN_RECEPTACLE = "(inReceptacle ?o ?r) (objectType ?o {thing}) (receptacleType ?r {target})"
PLACED = "(exists (?r - receptacle) (exists (?o - object) (and {conditions})))"
TWO_PLACED = (
    "(exists (?r - receptacle) (exists (?o1 - object) (and (objectType ?o1 {thing}) "
    "(receptacleType ?r {target}) (inReceptacle ?o1 ?r) (exists (?o2 - object) (and "
    "(not (= ?o1 ?o2)) (objectType ?o2 {thing}) (receptacleType ?r {target}) "
    "(inReceptacle ?o2 ?r))))))"
)
LIT_AND_HELD = (
    "(exists (?ot - object ?r - receptacle ?a - agent ?l - location) (and "
    "(objectType ?ot {target}) (toggleable ?ot) (isToggled ?ot) (receptacleAtLocation ?r ?l) "
    "(atLocation ?a ?l) (inReceptacle ?ot ?r))) "
    "(exists (?o - object ?a - agent) (and (objectType ?o {thing}) (holds ?a ?o)))"
)
GOALS: Mapping[TaskType, str] = {
    "pick_and_place_simple": PLACED.format(conditions=IN_RECEPTACLE),
    "pick_clean_then_place_in_recep": PLACED.format(
        conditions="(cleanable ?o) (isClean ?o) " + IN_RECEPTACLE
    ),
    "pick_heat_then_place_in_recep": PLACED.format(
        conditions="(heatable ?o) (isHot ?o) " + IN_RECEPTACLE
    ),
    "pick_cool_then_place_in_recep": PLACED.format(
        conditions="(coolable ?o) (isCool ?o) " + IN_RECEPTACLE
    ),
    "pick_two_obj_and_place": TWO_PLACED,
    "look_at_obj_in_light": LIT_AND_HELD,
}


def problem(game: Game) -> str:
    """Write the game's initial state and goal, for ALFWorld's domain."""
    names = _Names(game)
    facts = (f"({' '.join(fact)})" for fact in _facts(game, names))
    goal = GOALS[game.task_type].format(
        thing=_kind(game.object_type), target=_kind(game.target_type)
    )
    return "\n".join(
        (
            f"(define (problem {WORD.sub('_', game.id)})",
            "(:domain alfred)",
            "(:objects",
            *_declarations(game, names),
            ")",
            "(:init",
            *facts,
            ")",
            f"(:goal (and {goal}))",
            ")",
            "",
        )
    )


class _Names:
    """The engine's internal names: sorted, they keep the game's order within each word."""

    def __init__(self, game: Game) -> None:
        self.receptacles = tuple(_name(r.name, n) for n, r in enumerate(game.receptacles))
        self.objects = tuple(_name(o.name, n) for n, o in enumerate(game.objects))


def _name(readable: str, number: int) -> str:
    """Name a thing as ALFWorld does: a basin is a part of what it belongs to."""
    word, _, _ = readable.rpartition(" ")
    whole = word.removesuffix(BASIN)
    return f"{whole}_bar_{number:03}" + f"_bar_{word}" * (whole != word)


def _location(place: int) -> str:
    return f"loc_bar_{place:03}"


def _kind(name: str) -> str:
    return f"{name}Type"


def _declarations(game: Game, names: _Names) -> Iterator[str]:
    fitting = chain.from_iterable(tables().can_contain.values())
    declared = {
        "agent": [AGENT],
        "location": [START, *sorted({_location(r.location) for r in game.receptacles})],
        "receptacle": names.receptacles,
        "object": names.objects,
        "rtype": _kinds(tables().can_contain, (r.type for r in game.receptacles)),
        "otype": _kinds(fitting, (thing.type for thing in game.objects), (game.object_type,)),
    }
    return (f"{name} - {kind}" for kind, found in declared.items() for name in found)


def _kinds(*types: Iterable[str]) -> list[str]:
    return sorted({_kind(name) for name in chain.from_iterable(types)})


def _facts(game: Game, names: _Names) -> Iterator[Fact]:
    yield "atLocation", AGENT, START
    for holder, fitting in sorted(tables().can_contain.items()):
        yield from (("canContain", _kind(holder), _kind(kind)) for kind in sorted(fitting))
    for name, receptacle in zip(names.receptacles, game.receptacles, strict=True):
        yield "receptacleType", name, _kind(receptacle.type)
        yield "receptacleAtLocation", name, _location(receptacle.location)
        if receptacle.openable:
            yield "openable", name
    for name, thing in zip(names.objects, game.objects, strict=True):
        yield "objectType", name, _kind(thing.type)
        yield from ((predicate, name) for predicate in _qualities(thing))
        yield from (("objectAtLocation", name, _location(place)) for place in thing.locations)
        yield from (("inReceptacle", name, names.receptacles[r]) for r in thing.receptacles)
        yield from (("inReceptacleObject", name, names.objects[o]) for o in thing.outer)


def _qualities(thing: Thing) -> Iterator[str]:
    able = tables().affordances
    by_type = {
        "cleanable": able.cleanable,
        "heatable": able.heatable,
        "coolable": able.coolable,
        "sliceable": able.sliceable,
        "toggleable": able.toggleable,
        "isReceptacleObject": able.container,
    }
    yield from (predicate for predicate, types in by_type.items() if thing.type in types)
    if thing.pickupable:
        yield "pickupable"
    if thing.cool:
        yield "isCool"
