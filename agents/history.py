"""What an episode's steps so far have shown: the past as an explorer needs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

    tries: Mapping[str, int]
    handled: frozenset[tuple[Thing, ...]]


class Discoveries(NamedTuple):
    """All commands seen so far; by verb, how often it was tried and showed commands unseen."""

    seen: State
    tried: Mapping[str, int]
    revealed: Mapping[str, int]


class History(NamedTuple):
    """What the steps so far have shown.

    `before` is the state before the last deed (at first: the present one); `stays` are the
    deeds that changed nothing; `done` are the texts of all.
    """

    deeds: tuple[Deed, ...]
    state: State
    before: State
    stays: frozenset[tuple[State, str]]
    done: frozenset[str]
    touched: frozenset[Thing]
    recent: Recent
    discoveries: Discoveries

    @property
    def futile(self) -> frozenset[str]:
        """Give the actions that led from the present state to the present state."""
        return frozenset([text for state, text in self.stays if state == self.state])


class Known(NamedTuple):
    """What the last look back saw: kept, as the next one mostly sees one step more."""

    steps: tuple[Step, ...]
    goal: frozenset[str]
    history: History

    def leads_to(self, steps: tuple[Step, ...], goal: frozenset[str]) -> bool:
        """Tell whether `steps` are these and one more, done in the state seen last."""
        return (
            len(steps) == len(self.steps) + 1
            and goal == self.goal
            and steps[:-1] == self.steps
            and frozenset(steps[-1].admissible) == self.history.state
        )


def look_back(steps: Sequence[Step], admissible: Sequence[str], goal: frozenset[str]) -> History:
    """Sum up the steps so far, seen from a state with these admissible commands."""
    states = [*(step.admissible for step in steps), admissible]
    history = _begin(frozenset(states[0]))
    for step, after in zip(steps, states[1:], strict=True):
        history = go_on(history, step.action, after, goal)
    return history


def go_on(
    history: History, action: str, admissible: Sequence[str], goal: frozenset[str]
) -> History:
    """Add one deed to a history, and the admissible commands of the state it led to."""
    command, before, after = parse(action), history.state, frozenset(admissible)
    stay = {(before, action)} if before == after else ()
    return History(
        deeds=(*history.deeds, Deed(command, before)),
        state=after,
        before=before,
        stays=history.stays.union(stay),
        done=history.done | {action},
        touched=history.touched.union(command.things),
        recent=_recent(history, command, goal),
        discoveries=_discoveries(history.discoveries, command, after),
    )


def _begin(state: State) -> History:
    nothing: frozenset[str] = frozenset()
    return History(
        deeds=(),
        state=state,
        before=state,
        stays=frozenset(),
        done=nothing,
        touched=frozenset(),
        recent=Recent({}, frozenset()),
        discoveries=Discoveries(state, {}, {}),
    )


def _recent(history: History, command: Command, goal: frozenset[str]) -> Recent:
    tries, handled = history.recent
    handles = len(command.things) > 1
    if handles and command.text not in history.done and not goal.isdisjoint(command.words):
        tries, handled = {}, frozenset()
    return Recent(
        tries=_counted(tries, command.text),
        handled=handled | {command.things} if handles else handled,
    )


def _discoveries(past: Discoveries, command: Command, after: State) -> Discoveries:
    tried = _counted(past.tried, command.verb)
    if after <= past.seen:
        return past._replace(tried=tried)
    return Discoveries(past.seen | after, tried, _counted(past.revealed, command.verb))


def _counted(counts: Mapping[str, int], text: str) -> Mapping[str, int]:
    return {**counts, text: counts.get(text, 0) + 1}
