"""What an episode's steps so far have shown: the past as an explorer needs it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from agents.commands import Command, Thing, parse
from skillmem.types import Step

State = frozenset[str]


class Deed(NamedTuple):
    """An action that was done, and the state in which it was: the admissible commands."""

    command: Command
    state: State


class Recent(NamedTuple):
    """What was done since the last fresh start: how often each command, and to which things.

    A fresh start is the first time that a command puts one thing to another and shares a
    word with the goal; after it, everything is worth another look.
    """

    tries: Counter[str]
    handled: frozenset[tuple[Thing, ...]]


class Discoveries(NamedTuple):
    """All commands seen so far; by verb, how often it was tried and showed commands unseen."""

    seen: State
    tried: Counter[str]
    revealed: Counter[str]


class History(NamedTuple):
    """What the steps so far have shown.

    `before` is the state before the last deed (at first: the present one); `futile` are
    actions that led from the present state to the present state.
    """

    deeds: tuple[Deed, ...]
    state: State
    before: State
    futile: frozenset[str]
    touched: frozenset[Thing]
    recent: Recent
    discoveries: Discoveries


def look_back(steps: Sequence[Step], admissible: Sequence[str], goal: frozenset[str]) -> History:
    """Sum up the steps so far, seen from a state with these admissible commands."""
    deeds = tuple(Deed(parse(step.action), frozenset(step.admissible)) for step in steps)
    states = [deed.state for deed in deeds]
    states.append(frozenset(admissible))
    return History(
        deeds=deeds,
        state=states[-1],
        before=states[-2] if deeds else states[-1],
        futile=_futile(deeds, states),
        touched=frozenset(thing for deed in deeds for thing in deed.command.things),
        recent=_since_fresh_start(deeds, goal),
        discoveries=_discoveries(deeds, states),
    )


def _futile(deeds: Sequence[Deed], states: Sequence[State]) -> frozenset[str]:
    present = states[-1]
    return frozenset(
        deed.command.text
        for deed, after in zip(deeds, states[1:], strict=True)
        if deed.state == present == after
    )


def _since_fresh_start(deeds: Sequence[Deed], goal: frozenset[str]) -> Recent:
    tries: Counter[str] = Counter()
    handled: set[tuple[Thing, ...]] = set()
    known: set[str] = set()
    for command, _ in deeds:
        handles = len(command.things) > 1
        if handles and command.text not in known and not goal.isdisjoint(command.words):
            tries.clear()
            handled.clear()
        known.add(command.text)
        tries[command.text] += 1
        if handles:
            handled.add(command.things)
    return Recent(tries, frozenset(handled))


def _discoveries(deeds: Sequence[Deed], states: Sequence[State]) -> Discoveries:
    seen = set(states[0])
    tried: Counter[str] = Counter()
    revealed: Counter[str] = Counter()
    for deed, after in zip(deeds, states[1:], strict=True):
        tried[deed.command.verb] += 1
        if not after <= seen:
            revealed[deed.command.verb] += 1
            seen |= after
    return Discoveries(frozenset(seen), tried, revealed)
