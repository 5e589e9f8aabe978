"""What a plan makes of each command that could come next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from agents.commands import Command, Thing, parse
from agents.history import History
from agents.matching import Pattern, Shape, matching
from agents.plans import Plan, Standing, is_idle, progress


class Weights(NamedTuple):
    """How much each of a plan's opinions counts."""

    next: float = 5.0
    same: float = 0.5
    means: float = 4.0
    remembered: float = 4.0
    related: float = 1.0
    early: float = 5.0
    repeated: float = 5.0
    warned: float = 2.0


class Turn(NamedTuple):
    """A plan at one moment: how far it has been done, and the number of the key that is next."""

    plan: Plan
    standing: Standing
    key: int

    @property
    def pattern(self) -> Pattern:
        """The action that is next."""
        return self.plan.actions[self.plan.keys[self.key]]

    def matching(self, pattern: Pattern, commands: Sequence[Command]) -> tuple[Command, ...]:
        """Give those commands that an action of the plan means at this moment."""
        return matching(pattern, commands, bound=self.standing.bound)


def opinions(
    plan: Plan, history: History, commands: Sequence[Command], weights: Weights
) -> dict[str, float]:
    """Score commands by a plan: above zero what it asks for now, below zero what it doesn't.

    The next key is asked for. While it can't be done: whatever led to it in the record, where
    it was possible before, and what has to do with it; and no key a second time. The plan's
    last act speaks against a command before its turn, and in another place. A plan whose keys
    are all done has no opinion.
    """
    turn = _turn(plan, history)
    if turn is None:
        return {}
    ready = turn.matching(turn.pattern, commands)
    scores = {} if ready else _leading(turn, history, commands, weights)
    for command in turn.matching(plan.last, commands):
        scores[command.text] = -weights.early
    shape = turn.pattern.shape
    for command in ready:
        scores[command.text] = weights.next + weights.same * (command.shape == shape)
    return scores


def _turn(plan: Plan, history: History) -> Turn | None:
    standing = progress(plan, history.deeds)
    for key in range(standing.key, len(plan.keys)):
        turn = Turn(plan, standing, key)
        if not is_idle(turn.pattern, standing.bound, history.state):
            return turn
    return None


def _leading(
    turn: Turn, history: History, commands: Sequence[Command], weights: Weights
) -> dict[str, float]:
    """Score what leads to the next key."""
    means = _means(turn, history)
    places = _places(turn, history)
    translated = turn.plan.names
    names = {translated.get(thing.name, thing.name) for thing in turn.pattern.things}
    names.update(*means)
    scores = {
        command.text: weights.related for command in commands if not names.isdisjoint(command.names)
    }
    for command in commands:
        if not places.isdisjoint(command.things):
            scores[command.text] = weights.remembered
    for position in turn.plan.keys[: turn.key]:
        for command in turn.matching(turn.plan.actions[position], commands):
            scores[command.text] = -weights.repeated
    for command in commands:
        if means and command.shape == means[0]:
            scores[command.text] = weights.means
    return scores


def _means(turn: Turn, history: History) -> list[Shape]:
    """List what led from the last key to the next one in the record, and hasn't been done."""
    plan = turn.plan
    first = plan.keys[turn.key - 1] + 1 if turn.key else 0
    means = [action.shape for action in plan.actions[first : plan.keys[turn.key]]]
    for deed in history.deeds[turn.standing.deeds :]:
        if deed.command.shape in means:
            means.remove(deed.command.shape)
    return means


def _places(turn: Turn, history: History) -> frozenset[Thing]:
    """Give the things with which the next key could have been done before."""
    absent = history.discoveries.seen - history.state - history.done
    past = [parse(text) for text in absent]
    return frozenset(
        thing
        for command in turn.matching(turn.pattern, past)
        for thing, wanted in zip(command.things, turn.pattern.things, strict=True)
        if wanted.name not in turn.plan.names
    )
