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
    of those of its own goal, or where there are none, of those that ask for the same.
    """
    live = tuple(items)
    known = Counter(item.goal for item in live if isinstance(item, Demonstration))
    known.update(read.goal(episode.task.goal).text for episode in successes)
    kindred = Counter[Scope]()
    for goal, count in known.items():
        kindred[scope_of(goal, read.operations)] += count
    return tuple(
        name
        for item in live
        if isinstance(item, Lesson) and 0 < _support(item) < ENOUGH
        if (known[item.goal] or kindred[scope_of(item.goal, read.operations)])
        >= TIMES * _support(item)
        for name in item.episode_ids
    )


def _support(lesson: Lesson) -> int:
    return len(lesson.model_ids) + len(lesson.counterexample_ids)
