"""Actions in canonical form: a template, and for each argument a slot or `<*>` for anything."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import product
from typing import NamedTuple

from skillmem.consolidation.runs import OTHER, Act
from skillmem.structure.masking import SLOT, pieces
from skillmem.structure.templates import Template, literal_holes

ANY = OTHER
_ROLE = re.compile(r"<(?:[A-Z]+|\*)>")

Binding = Mapping[str, str]
Scope = tuple[int, str]


class Canonical(NamedTuple):
    """An action as a guard names it: ``move <A> to <*>``.

    A slot that the goal names stands for what the goal has there. Any other slot stands for
    one thing, whichever that is: the same wherever the slot stands in a guard.
    """

    pattern: str
    roles: tuple[str, ...]

    @property
    def text(self) -> str:
        """Write it."""
        return Template(self.pattern, ()).fill(self.roles)

    def bind(self, act: Act, goal_slots: Collection[str]) -> Binding | None:
        """Tell what its free slots stand for in an act; nothing when the act is another."""
        if act.template.pattern != self.pattern:
            return None
        bound: dict[str, str] = {}
        for role, given, argument in zip(
            self.roles, act.form.roles, act.template.arguments, strict=True
        ):
            if role == ANY:
                continue
            if role in goal_slots:
                if role != given:
                    return None
            elif bound.setdefault(role, argument.thing) != argument.thing:
                return None
        return bound


def canonical(text: str) -> Canonical:
    """Read what `Canonical.text` wrote."""
    roles = tuple(_ROLE.findall(text))
    parts = [literal_holes(part) for part in _ROLE.split(text)]
    holes = [f"{{{number}}}" for number in range(len(roles))]
    joined = "".join(part + hole for part, hole in zip(parts, [*holes, ""], strict=True))
    return Canonical(joined, roles)


def forms(act: Act) -> tuple[Canonical, ...]:
    """Give the canonical forms of an act: with each slot of the goal as it is, or as `<*>`."""
    choices = (dict.fromkeys((role, ANY)) for role in act.form.roles)
    return tuple(Canonical(act.form.pattern, roles) for roles in product(*choices))


def scope_of(goal: str, operations: Collection[str]) -> Scope:
    """Tell which masked goals ask for the same: as many slots, and the same operations.

    Where a goal names no operation it stands for itself alone.
    """
    named = sorted(set(pieces(goal)).intersection(operations))
    return len(set(SLOT.findall(goal))), " ".join(named) or goal
