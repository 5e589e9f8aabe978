"""Recorded actions as patterns, and the commands that match them in another task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from agents.commands import SLOT, Command, Thing

Binding = Mapping[Thing, Thing]
Shape = tuple[str, ...]


class Wanted(NamedTuple):
    """A recorded thing that the goal names, and the name of such a thing in this task."""

    thing: Thing
    name: str


class Pattern(NamedTuple):
    """A recorded action, and how it is meant in a task.

    `parts` are plain words, things of a certain name, and `None` for any thing; `names` are
    these certain names. `things` are the recorded ones. `shape` is that of a command that
    does what was recorded, to things so named.
    """

    verb: str
    parts: tuple[str | Wanted | None, ...]
    names: frozenset[str]
    things: tuple[Thing, ...]
    shape: Shape


def pattern_of(action: Command, names: Mapping[str, str], *, final: str = "") -> Pattern:
    """Read a recorded action as it is meant where `names` translates those of the goal.

    A thing whose name is not translated stands for any thing. So does, unless the verb is
    the final one, whatever comes after the first thing: with what and from where is a
    circumstance.
    """
    parts = tuple(
        part if isinstance(part, str) else _wanted(part, action, names, final)
        for part in action.parts
    )
    return Pattern(
        verb=action.verb,
        parts=parts,
        names=frozenset(part.name for part in parts if isinstance(part, Wanted)),
        things=action.things,
        shape=tuple(
            part if isinstance(part, str) else names.get(part.name, part.name)
            for part in action.parts
        ),
    )


def match(pattern: Pattern, command: Command, *, bound: Binding) -> dict[Thing, Thing] | None:
    """Match a recorded action with a command; give the bindings that this adds, or nothing.

    Plain words match themselves. A thing that is wanted by name matches things of that name,
    always the same one, and no two things the same one; a slot may go on with another.
    Other things match anything that has a number.
    """
    if pattern.verb != command.verb or not pattern.names <= command.names:
        return None
    if len(pattern.parts) != len(command.parts):
        return None
    added: dict[Thing, Thing] = {}
    for wanted, found in zip(pattern.parts, command.parts, strict=True):
        if isinstance(wanted, str) or isinstance(found, str):
            if wanted != found:
                return None
        elif wanted is not None:
            if wanted.name != found.name:
                return None
            if wanted.thing.number and not _binds(wanted.thing, found, bound, added):
                return None
    return added


def matching(
    pattern: Pattern, commands: Iterable[Command], *, bound: Binding
) -> tuple[Command, ...]:
    """Give those commands that a recorded action means in this task."""
    verb, names = pattern.verb, pattern.names
    return tuple(
        command
        for command in commands
        if command.verb == verb
        and names <= command.names
        and match(pattern, command, bound=bound) is not None
    )


def _wanted(thing: Thing, action: Command, names: Mapping[str, str], final: str) -> Wanted | None:
    name = names.get(thing.name)
    if name is None or (action.verb != final and thing != action.things[0]):
        return None
    return Wanted(thing, name)


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
