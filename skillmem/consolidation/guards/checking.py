"""Which guards a candidate action would break."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from skillmem.actions import action_text
from skillmem.consolidation.guards.canonical import scope_of
from skillmem.consolidation.guards.conduct import Followed, followed_steps
from skillmem.consolidation.guards.following import sentry
from skillmem.consolidation.guards.wording import breach
from skillmem.structure.templates import Reader
from skillmem.types import Lesson, MemoryItem, Step, Violation


def check(
    candidate: Step, *, goal: str, steps: Sequence[Step], items: Iterable[MemoryItem], read: Reader
) -> tuple[Violation, ...]:
    """Tell which guards a candidate would break after `steps`.

    Without a goal only the guards that hold for all tasks are looked at.
    """
    run = followed_steps(goal, (*steps, candidate), read)
    return tuple(_violations(candidate, run, guarding(items), read))


def guarding(items: Iterable[MemoryItem]) -> tuple[Lesson, ...]:
    """Pick the lessons that have a guard."""
    return tuple(it for it in items if isinstance(it, Lesson) and it.guard is not None)


def concerns(lesson: Lesson, run: Followed, read: Reader) -> bool:
    """Tell whether a lesson is about a run's goal, or about all goals."""
    return not lesson.goal or scope_of(lesson.goal, read.operations) == run.scope


def _violations(
    candidate: Step, run: Followed, lessons: Iterable[Lesson], read: Reader
) -> Iterator[Violation]:
    for lesson in lessons:
        guard = lesson.guard
        if guard is None or not concerns(lesson, run, read):
            continue
        following = sentry(guard, run, goal=lesson.goal)
        for act in run.acts[:-1]:
            following.take(act)
        if following.breaks(run.acts[-1]):
            times = following.reaches(run.acts[-1])
            told = breach(lesson, guard, action=action_text(candidate), times=times)
            yield Violation(lesson=lesson, message=told)
