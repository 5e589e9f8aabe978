"""Records to try things with: each call makes one that is small, and different in its id."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from skillmem.protocols import ItemVector, PreparedBatch
from skillmem.types import (
    Demonstration,
    Episode,
    Lesson,
    Lexicon,
    Logged,
    MemoryItem,
    Namespace,
    Outcome,
    Receipt,
    Retrieval,
    Step,
    Task,
    new_id,
    now,
)

NAMESPACE: Namespace = ("acme", "kitchen-bot")
EMBEDDER = "hand-made"


def a_task(goal: str = "put a clean apple in fridge") -> Task:
    """Make a task."""
    return Task(goal=goal, observation="You are in the middle of a room.")


def a_step(number: int = 0) -> Step:
    """Make a step; another one for another number."""
    return Step(action=f"go to shelf {number}", observation=f"You arrive at shelf {number}.")


def an_outcome(*, success: bool = True) -> Outcome:
    """Make an environment's verdict."""
    return Outcome(success=success, verifier_kind="environment", verifier="household")


def a_success(*, steps: int = 3) -> Episode:
    """Make an episode that reached its goal."""
    return Episode(task=a_task(), steps=_steps(steps), outcome=an_outcome())


def a_failure(*, steps: int = 3) -> Episode:
    """Make an episode that did not."""
    return Episode(task=a_task(), steps=_steps(steps), outcome=an_outcome(success=False))


def a_demonstration(
    *, namespace: Namespace = NAMESPACE, version: int = 1, episode_id: str = "an-episode"
) -> Demonstration:
    """Make a memory of success."""
    return Demonstration(
        id=new_id(),
        namespace=namespace,
        episode_ids=(episode_id,),
        version=version,
        goal="put a clean <A> in <B>",
        skeleton=("go to <A>",),
        task=a_task(),
        steps=(a_step(),),
    )


def a_lesson(
    *, namespace: Namespace = NAMESPACE, version: int = 1, episode_id: str = "an-episode"
) -> Lesson:
    """Make a memory of failure."""
    return Lesson(
        id=new_id(),
        namespace=namespace,
        episode_ids=(episode_id,),
        version=version,
        goal="put a hot <A> in <B>",
        situation="The goal asks for something hot.",
        mistake="It was put down cold.",
        advice="Heat it first.",
    )


def a_vector(
    item: MemoryItem, numbers: Sequence[float] = (1.0, 0.0), *, space: str = "goal"
) -> ItemVector:
    """Make an embedding of an item."""
    return ItemVector(item.id, space, EMBEDDER, np.array(numbers, dtype=np.float32))


def a_batch(
    *added: MemoryItem,
    base_version: int = 0,
    holder: str = "a-holder",
    claimed: Sequence[Logged] = (),
    retired: Sequence[str] = (),
    vectors: Sequence[ItemVector] = (),
    lexicon: Lexicon | None = None,
) -> PreparedBatch:
    """Make a batch that is ready to commit; all it claimed is `done`."""
    return PreparedBatch(
        batch_id=new_id(),
        holder=holder,
        base_version=base_version,
        added=added,
        retired=tuple(retired),
        vectors=tuple(vectors),
        lexicon=lexicon or Lexicon(),
        states={logged.episode.id: ("done", "") for logged in claimed},
        made_at=now(),
    )


def a_retrieval(text: str = "") -> Retrieval:
    """Make the retrieval of an empty memory."""
    return Retrieval(id=new_id(), text=text, tokens=0, receipt=Receipt(token_budget=0))


def _steps(count: int) -> tuple[Step, ...]:
    return tuple(a_step(number) for number in range(count))
