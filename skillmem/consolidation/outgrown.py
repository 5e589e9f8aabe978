"""Lessons that were taken from few successes, when many more have come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from skillmem.consolidation.guards.canonical import Scope, scope_of
from skillmem.structure.templates import Reader
from skillmem.types import Demonstration, Episode, Lesson, MemoryItem

ENOUGH = 16
"""Demonstrations on which a lesson rests for good."""
TIMES = 2


def outgrown(
    items: Iterable[MemoryItem], successes: Iterable[Episode], read: Reader
) -> tuple[str, ...]:
    """Name the failures whose lessons deserve another look, now that more is known.

    Those of a lesson that rests on a few successes, of which there are twice as many by now:
    so each failure is looked at a few times at most.
    """
    live = tuple(items)
    known = Counter[Scope]()
    for item in live:
        if isinstance(item, Demonstration):
            known[scope_of(item.goal, read.operations)] += 1
    for episode in successes:
        known[scope_of(read.goal(episode.task.goal).text, read.operations)] += 1
    return tuple(
        name
        for item in live
        if isinstance(item, Lesson) and 0 < _support(item) < ENOUGH
        if known[scope_of(item.goal, read.operations)] >= TIMES * _support(item)
        for name in item.episode_ids
    )


def _support(lesson: Lesson) -> int:
    return len(lesson.model_ids) + len(lesson.counterexample_ids)
