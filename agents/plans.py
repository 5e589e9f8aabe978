"""Plans read from memory, and how far each has been done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import NamedTuple

from agents.alignment import align
from agents.commands import Command, Thing, parse
from agents.extraction import Block, extract
from agents.history import Deed
from agents.matching import Binding, Sense, Shape, match, matching, shape_of

WORTH_READING = 0.5
"""Least fit of a block's goal with the task's."""


class Plan(NamedTuple):
    """Actions to do in order, and how they are meant in this task.

    `keys` are the positions of actions on something that the goal names; what stands between
    keys only leads to the next one. `shapes` says of each action what a command would be like
    that does the same with things of the same names.
    """

    quality: float
    sense: Sense
    actions: tuple[Command, ...]
    keys: tuple[int, ...]
    shapes: tuple[Shape, ...]


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
            Warned(plan.quality, frozenset(plan.shapes))
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


def is_idle(plan: Plan, pattern: Command, bound: Binding, state: Collection[str]) -> bool:
    """Tell whether an action can't be done although all its things are known and at hand."""
    if not all(thing in bound for thing in pattern.things):
        return False
    meant = {bound[thing] for thing in pattern.things}
    at_hand = [command for command in map(parse, state) if meant.issubset(command.things)]
    return bool(at_hand) and not matching(pattern, at_hand, plan.sense, bound=bound)


def _plan(block: Block, actions: tuple[Command, ...], goal: str) -> Plan:
    nameable = frozenset(thing.name for action in actions for thing in action.things)
    quality, names = align(block.goal, goal, nameable) if block.goal else (WORTH_READING, {})
    keys = tuple(
        position
        for position, action in enumerate(actions)
        if not names or any(thing.name in names for thing in action.things)
    )
    sense = Sense(names, actions[keys[-1]].verb if keys else "")
    actions = _in_rounds(actions)
    shapes = tuple(shape_of(action, sense) for action in actions)
    return Plan(quality, sense, actions, keys, shapes)


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
    for position in range(standing.key, len(plan.keys)):
        pattern = plan.actions[plan.keys[position]]
        added = match(pattern, deed.command, plan.sense, bound=standing.bound)
        if added is not None:
            return Standing(position + 1, count, {**standing.bound, **added})
        if not is_idle(plan, pattern, standing.bound, deed.state):
            return None
    return None
