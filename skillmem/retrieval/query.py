"""A task, and what was done about it so far, as memory is asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from skillmem.protocols import EntityFinder
from skillmem.structure import mask_goal, skeleton
from skillmem.types import Lexicon, Skeleton, Step, Task


class Query(NamedTuple):
    """The goal as worded, the goal with its entities masked, and the skeleton attempted."""

    goal: str
    masked_goal: str
    skeleton: Skeleton = ()


def make_query(
    task: Task, steps: Sequence[Step], *, finder: EntityFinder, lexicon: Lexicon
) -> Query:
    """Ask for `task`, of which `steps` were done. The label is never looked at."""
    return Query(
        goal=task.goal,
        masked_goal=mask_goal(task.goal, finder=finder, lexicon=lexicon),
        skeleton=skeleton(steps, finder=finder, lexicon=lexicon, goal=task.goal) if steps else (),
    )
