"""Plans read from memory, and how far each has been done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from agents.alignment import align
from agents.commands import Command, Thing, parse
from agents.extraction import Block, extract
from agents.history import Deed, State
from agents.matching import Binding, Pattern, Shape, match, matching, pattern_of

WORTH_READING = 0.5
"""Least fit of a block's goal with the task's."""


class Plan(NamedTuple):
    """Actions to do in order, and how they are meant in this task.

    `names` translates the names and slots of the recorded goal. `keys` are the positions of
    actions on something that the goal names; what stands between keys only leads to the next
    one. `last` is the last of these, be it done with other things and in another place.
    """

    quality: float
    names: Mapping[str, str]
    actions: tuple[Pattern, ...]
    keys: tuple[int, ...]
    last: Pattern


class Warned(NamedTuple):
    """Actions not to do: what commands are like that would be the same."""

    quality: float
    shapes: frozenset[Shape]


class Reading(NamedTuple):
    """What memory says about a task: the plans whose goals fit best, and the warnings."""

    plans: tuple[Plan, ...] = ()
    warnings: tuple[Warned, ...] = ()


class Standing(NamedTuple):
    """How far a plan has been done.

    `key` counts the keys that are behind, `deeds` the deeds up to the last of these; `bound`
    says which thing of the task was taken for which of the record.
    """

    key: int
    deeds: int
    bound: Binding


@lru_cache(maxsize=1024)
def read(memory: str, goal: str) -> Reading:
    """Read memory's text for a task with this goal."""
    blocks = extract(memory)
    plans = [_plan(block, block.wanted, goal) for block in blocks if block.wanted]
    warnings = [_plan(block, block.unwanted, goal) for block in blocks if block.unwanted]
    least = max([WORTH_READING, *(plan.quality for plan in plans)])
    return Reading(
        plans=tuple(plan for plan in plans if plan.quality >= least),
        warnings=tuple(
            Warned(plan.quality, frozenset(action.shape for action in plan.actions))
            for plan in warnings
            if plan.quality >= WORTH_READING
        ),
    )


def progress(plan: Plan, deeds: Sequence[Deed]) -> Standing:
    """Tell how far `deeds` have done a plan: its keys in order, others between them allowed.

    Keys that could not be done, though all their things were at hand, are passed over when
    one after them is done.
    """
    standing = Standing(0, 0, {})
    for count, deed in enumerate(deeds, start=1):
        standing = _advance(plan, standing, deed, count) or standing
    return standing


def is_idle(pattern: Pattern, bound: Binding, state: State) -> bool:
    """Tell whether an action can't be done although all its things are known and at hand."""
    if not bound.keys() >= set(pattern.things):
        return False
    at_hand = _at_hand(frozenset([bound[thing] for thing in pattern.things]), state)
    return bool(at_hand) and not matching(pattern, at_hand, bound=bound)


def _plan(block: Block, actions: tuple[Command, ...], goal: str) -> Plan:
    nameable = frozenset(thing.name for action in actions for thing in action.things)
    quality, names = align(block.goal, goal, nameable) if block.goal else (WORTH_READING, {})
    keys = tuple(
        position
        for position, action in enumerate(actions)
        if not names or any(thing.name in names for thing in action.things)
    )
    final = keys[-1] if keys else -1
    verb = actions[final].verb
    actions = _in_rounds(actions)
    patterns = tuple(pattern_of(action, names, final=verb) for action in actions)
    return Plan(quality, names, patterns, keys, pattern_of(actions[final], names))


def _in_rounds(actions: Sequence[Command]) -> tuple[Command, ...]:
    """Number the slots of things that are handled.

    Where a plan's last act stands in it before, another round begins: with another thing.
    """
    numbered = []
    number = 1
    for action in actions:
        numbered.append(_numbered(action, str(number)))
        number += action.text == actions[-1].text
    return tuple(numbered)


def _numbered(action: Command, number: str) -> Command:
    handled = action.things[0] if len(action.things) > 1 else None
    if handled is None or handled.number:
        return action
    meant = Thing(handled.name, number)
    return action._replace(
        parts=tuple(meant if part == handled else part for part in action.parts),
        things=tuple(meant if thing == handled else thing for thing in action.things),
    )


def _advance(plan: Plan, standing: Standing, deed: Deed, count: int) -> Standing | None:
    bound = standing.bound
    for key, position in enumerate(plan.keys[standing.key :], start=standing.key + 1):
        pattern = plan.actions[position]
        added = match(pattern, deed.command, bound=bound)
        if added is not None:
            return Standing(key, count, {**bound, **added})
        if not is_idle(pattern, bound, deed.state):
            return None
    return None


@lru_cache(maxsize=512)
def _at_hand(things: frozenset[Thing], state: State) -> tuple[Command, ...]:
    return tuple(command for command in map(parse, state) if things.issubset(command.things))
