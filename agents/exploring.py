"""What an explorer without any plan makes of a command."""

from __future__ import annotations

from typing import NamedTuple

from agents.commands import Command
from agents.history import History


class Curiosity(NamedTuple):
    """How much each of an explorer's reasons counts."""

    goal: float = 2.0
    untried: float = 1.0
    unseen: float = 1.0
    fresh: float = 2.0
    revealing: float = 4.0
    again: float = 2.0
    undoing: float = 3.0
    foreign: float = 5.0


def interest(command: Command, history: History, goal: frozenset[str], weights: Curiosity) -> float:
    """Score a command for its words of the goal, and for what is not yet seen or tried.

    A verb that reveals nothing loses interest; so does a command that was tried, one that
    handles the same things as before, and one that handles a thing the goal doesn't name.
    """
    text, _, things, _, words, verb, _ = command
    score = weights.goal * len(goal & words)
    tries = history.recent.tries.get(text, 0)
    score += -weights.again * tries if tries else weights.untried
    if not history.touched.issuperset(things):
        score += weights.unseen
    if text not in history.before:
        score += weights.fresh
    revealed = history.discoveries.revealed.get(verb, 0)
    tried = history.discoveries.tried.get(verb, 0)
    score += weights.revealing * (1 + 2 * revealed) / (1 + 2 * tried)
    if len(things) > 1:
        score -= weights.undoing * (things in history.recent.handled)
        score -= weights.foreign * (things[0].name not in goal)
    return score
