"""A guard that follows a run: which acts break it, and how far a run went against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from skillmem.consolidation.guards.canonical import Binding, canonical
from skillmem.consolidation.guards.conduct import Followed
from skillmem.consolidation.runs import Act
from skillmem.types import Guard

Key = tuple[tuple[str, str], ...]


class Sentry:
    """Follows one run by one guard.

    An act counts when it is tried; what a guard waits for, when it had an effect. The three
    patterns are one: at most so many times (never and before its time: none) until another
    act, if there is one, was done to the same things.
    """

    def __init__(self, guard: Guard, *, goal_slots: Collection[str] = ()) -> None:
        self._limit = guard.limit or 0
        self._action = canonical(guard.action)
        self._other = None if guard.other is None else canonical(guard.other)
        self._goal_slots = goal_slots
        roles = () if self._other is None else self._other.roles
        self._shared = tuple(role for role in dict.fromkeys(self._action.roles) if role in roles)
        self._counts = Counter[Key]()
        self._released: set[Key] = set()

    def reaches(self, act: Act) -> int:
        """Tell how many times it will have been done with this act; 0 when it doesn't count."""
        bound = self._action.bind(act, self._goal_slots)
        if bound is None or self._is_released(bound):
            return 0
        return self._counts[_key(bound)] + 1

    def breaks(self, act: Act) -> bool:
        """Tell whether this act breaks the guard now."""
        return self.reaches(act) > self._limit

    def take(self, act: Act) -> None:
        """Note that it was done."""
        bound = self._action.bind(act, self._goal_slots)
        if bound is not None and not self._is_released(bound):
            self._counts[_key(bound)] += 1
        if self._other is not None and act.effective:
            bound = self._other.bind(act, self._goal_slots)
            if bound is not None:
                self._released.add(self._project(bound))

    def _is_released(self, bound: Binding) -> bool:
        return bool(self._released) and self._project(bound) in self._released

    def _project(self, bound: Binding) -> Key:
        return tuple((role, bound[role]) for role in self._shared if role in bound)


def sentry(guard: Guard, run: Followed, *, goal: str) -> Sentry:
    """Begin to follow a run by the guard of a lesson with this goal.

    The guard of a lesson without one is about the tasks of all goals: none of its slots is
    theirs.
    """
    return Sentry(guard, goal_slots=run.goal_slots if goal else ())


def reach(guard: Guard, run: Followed, *, goal: str) -> int:
    """Tell the most times that a run did what a guard forbids, counted as the guard counts."""
    following = sentry(guard, run, goal=goal)
    most = 0
    for act in run.acts:
        most = max(most, following.reaches(act))
        following.take(act)
    return most


def _key(bound: Binding) -> Key:
    return tuple(sorted(bound.items()))
