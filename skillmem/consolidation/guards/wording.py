"""A guard as a lesson, and a breach of it in words."""

from __future__ import annotations

from skillmem.consolidation.wording import Words
from skillmem.types import Guard, Lesson

NOBODY = "no run that reached the goal did"
ANYBODY = "any run that reached the goal"


def texts(guard: Guard) -> Words:
    """Say a guard as a lesson does, without the number of times."""
    action, other = f'"{guard.action}"', f'"{guard.other}"'
    if guard.pattern == "never":
        return Words(
            situation=f"{action} is possible.",
            mistake=f"The run did {action}, which {NOBODY}.",
            advice=f"Leave {action} out.",
        )
    if guard.pattern == "after":
        return Words(
            situation=f"{other} has yet to be done.",
            mistake=f"The run did {action} before {other}, which {NOBODY}.",
            advice=f"First {other}, then {action}.",
        )
    before = f" before {other}" if guard.other else ""
    return Words(
        situation=f"{action} has been done many times{before}.",
        mistake=f"The run did {action} more often{before} than {ANYBODY}.",
        advice=f"Go on with {other}." if guard.other else f"Go on without {action}.",
    )


def breach(lesson: Lesson, guard: Guard, *, action: str, times: int) -> str:
    """Say how an action breaks a guard, and what the guard rests on."""
    failed = len(lesson.episode_ids)
    rests = f"{guard.support} runs that succeeded kept to this, {failed} that broke it failed"
    if guard.pattern == "never":
        return f"{action!r}: {guard.action!r} never led to success; {rests}"
    if guard.pattern == "after":
        return f"{action!r} before {guard.other!r} was done; {rests}"
    until = f" before {guard.other!r}" if guard.other else ""
    return f"{action!r} would be done {times} times{until}, and {guard.limit} is the most; {rests}"
