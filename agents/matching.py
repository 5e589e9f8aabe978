"""Recorded actions as patterns, and the commands that match them in another task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agents.commands import SLOT, Command, Thing

Binding = Mapping[Thing, Thing]
Shape = tuple[str, ...]


class Sense(NamedTuple):
    """How recorded actions are meant in a task.

    `names` translates the names and slots of the recorded goal. `final` is the verb of the
    act that ends the plan.
    """

    names: Mapping[str, str]
    final: str = ""


def match(
    pattern: Command, command: Command, sense: Sense, *, bound: Binding
) -> dict[Thing, Thing] | None:
    """Match a recorded action with a command; give the bindings that this adds, or nothing.

    Plain words match themselves. A thing whose name is translated matches things of that
    name, always the same one, and no two things the same one; a slot may go on with another.
    Other things match anything that has a number. So does, unless the verb is the final
    one, whatever comes after the first thing: with what and from where is a circumstance.
    """
    if pattern.verb != command.verb or len(pattern.parts) != len(command.parts):
        return None
    added: dict[Thing, Thing] = {}
    for wanted, found in zip(pattern.parts, command.parts, strict=True):
        if isinstance(wanted, str) or isinstance(found, str):
            if wanted != found:
                return None
        elif not _is_circumstance(wanted, pattern, sense):
            if sense.names[wanted.name] != found.name:
                return None
            if wanted.number and not _binds(wanted, found, bound, added):
                return None
    return added


def matching(
    pattern: Command, commands: Iterable[Command], sense: Sense, *, bound: Binding
) -> tuple[Command, ...]:
    """Give those commands that a recorded action means in this task."""
    return tuple(
        command for command in commands if match(pattern, command, sense, bound=bound) is not None
    )


def shape_of(pattern: Command, sense: Sense) -> Shape:
    """Give the shape that a command has if it does what was recorded, to things so named."""
    return tuple(
        part if isinstance(part, str) else sense.names.get(part.name, part.name)
        for part in pattern.parts
    )


def _is_circumstance(thing: Thing, pattern: Command, sense: Sense) -> bool:
    if thing.name not in sense.names:
        return True
    return pattern.verb != sense.final and thing != pattern.things[0]


def _binds(wanted: Thing, found: Thing, bound: Binding, added: dict[Thing, Thing]) -> bool:
    known = bound.get(wanted) or added.get(wanted)
    if known == found:
        return True
    if known is not None and not SLOT.fullmatch(wanted.name):
        return False
    if found in bound.values() or found in added.values():
        return False
    added[wanted] = found
    return True
