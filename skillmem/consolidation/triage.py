"""Why an episode failed: only an agent's own mistake can become a lesson."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from skillmem.consolidation.comparison import Comparison
from skillmem.consolidation.faults import fault
from skillmem.consolidation.progress import got_on, searched
from skillmem.structure.masking import SLOT
from skillmem.types import Episode, Lexicon, Outcome

FailureCause = Literal["fault", "limit", "task", "mistake", "unknown"]
"""Whose doing a failure was: what carries the agent, its steps or its window, how the task was put,
the agent itself, or nobody knows."""
WITNESSED = frozenset({"unprepared", "out of sight", "other thing", "too soon", "refused", "order"})
"""Kinds of mistakes that were made, whenever the run ended; the others are things not done."""
NEARLY_ALL = 0.8
HALF = 0.5
OVERFLOW = "context overflow"
SAID = re.compile(
    r"(?<!\w)(?<!not )(?:impossible|infeasible|unsolvable|unachievable|ambiguous"
    r"|under-?specified|ill-?posed"
    r"|contradictory|can(?:no|')t be (?:done|solved|met)|no such (?:task|goal))(?!\w)",
    re.IGNORECASE,
)


class Triage(NamedTuple):
    """The cause of a failure, and in words what shows it."""

    cause: FailureCause
    reason: str


def triage(
    episode: Episode, outcome: Outcome, comparison: Comparison, *, lexicon: Lexicon
) -> Triage:
    """Find the cause of a failure by its outcome, how it ended, its errors and its steps.

    A fault of what carries the agent comes first, then a task that can't be done as it was put.
    A run that was cut off while it was getting on made no mistake; one that had long had all that
    it needed, or that did something wrong, did. What nothing tells apart from the successes
    known so far is unknown.
    """
    broke = fault(episode, outcome)
    if broke is not None:
        return Triage("limit" if broke == OVERFLOW else "fault", broke)
    put = _how_it_was_put(outcome, comparison, lexicon)
    if put is not None:
        return Triage("task", put)
    run, plan, cause = comparison.run, comparison.plan, comparison.cause
    if plan is None or cause is None:
        return Triage("unknown", "nothing in it tells it apart from the successes known so far")
    looked = searched(run, episode.steps) if cause.kind == "unfound" else 0.0
    if looked >= NEARLY_ALL:
        return Triage(
            "task", "what its goal names was nowhere, though nearly everything was looked into"
        )
    cut_off = episode.ended_by == "limit" and cause.kind not in WITNESSED
    if cut_off and (looked >= HALF or got_on(run, plan, cause)):
        return Triage("limit", "it was getting on when its steps or its window ran out")
    return Triage("mistake", cause.kind)


def _how_it_was_put(outcome: Outcome, comparison: Comparison, lexicon: Lexicon) -> str | None:
    """Say why a task can't be done as it was put, or nothing."""
    said = SAID.search(outcome.detail or "")
    if said is not None:
        return f"its verdict calls it {said[0].lower()}"
    if not comparison.models and _names_nothing(comparison, lexicon):
        return "its goal names no thing, and nearly all others do"
    return None


def _names_nothing(comparison: Comparison, lexicon: Lexicon) -> bool:
    """Tell whether a goal has no slot where nearly all have one."""
    slotted = sum(SLOT.search(goal) is not None for goal in lexicon.goals)
    return not comparison.run.goal.names and slotted >= NEARLY_ALL * max(1, len(lexicon.goals))
