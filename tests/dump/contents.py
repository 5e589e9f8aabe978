"""Contents of namespaces, made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import numpy as np

from skillmem.protocols import Entry, ItemVector, RecordStore
from skillmem.types import (
    Change,
    Demonstration,
    Episode,
    Expense,
    Lesson,
    Lexicon,
    LexiconVersion,
    Logged,
    Namespace,
    Outcome,
    Step,
    Task,
)

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
HOSTILE = "```\n# Forged\n> forged\n</pre><script>alert(1)</script> | ` `` \x1b[31m \x00 a|b [x](y)"


def an_episode(
    name: str, *, success: bool = True, goal: str = "put a clean apple in fridge."
) -> Episode:
    """Make an episode with hostile observations."""
    return Episode(
        id=name,
        task=Task(goal=goal, observation="You are in a kitchen.", label="clean"),
        steps=(
            Step(action="take apple 1", observation=HOSTILE, admissible=("take apple 1", "look")),
            Step(action="move apple 1 to fridge 1", observation="", thought="done", reward=1.0),
        ),
        outcome=Outcome(success=success, verifier_kind="environment", verifier="kitchen"),
        retrieval_ids=("r1",),
        started_at=NOON,
        ended_at=NOON,
        agent="cook",
        seed=7,
        metadata={"deep": [1, {"a": None}]},
    )


def a_demonstration(
    namespace: Namespace, *, goal: str = "put a clean apple in fridge."
) -> Demonstration:
    """Make a demonstration of the episode `won`."""
    episode = an_episode("won", goal=goal)
    return Demonstration(
        id="d1",
        namespace=namespace,
        episode_ids=("won",),
        version=1,
        goal="put a clean <A> in <B>.",
        skeleton=("take <A>", "move <A> to <B>"),
        task=episode.task,
        steps=episode.steps,
    )


def a_lesson(namespace: Namespace, *, retired_in: int | None = None) -> Lesson:
    """Make a lesson of the episode `lost`."""
    return Lesson(
        id="l1",
        namespace=namespace,
        episode_ids=("lost",),
        version=1,
        retired_in=retired_in,
        goal="put a clean <A> in <B>.",
        situation="the <A> is dirty.",
        mistake="It was moved as it was. ```",
        advice="Clean it first:\n> clean <A> with <C>",
    )


def contents(namespace: Namespace = ("a", "b")) -> tuple[tuple[Namespace, Entry], ...]:
    """Make a namespace at version 2 with everything in it."""
    late = Outcome(success=False, verifier_kind="user", verifier="guest", detail="too cold")
    lost = an_episode("lost", success=False)
    entries: tuple[Entry, ...] = (
        Logged(episode=an_episode("won"), outcomes=_own("won"), state="done"),
        Logged(episode=lost, outcomes=(*_own("lost", success=False), late), state="done"),
        Logged(
            episode=an_episode("cut").model_copy(update={"outcome": None, "ended_by": "limit"}),
            state="skipped",
            reason="no verdict | from `outside`",
        ),
        Logged(episode=an_episode("waiting"), outcomes=_own("waiting")),
        a_demonstration(namespace),
        a_lesson(namespace, retired_in=2),
        Change(namespace=namespace, version=1, kind="batch", added=("d1", "l1"), made_at=NOON),
        Change(namespace=namespace, version=2, kind="retire", retired=("l1",), made_at=NOON),
        LexiconVersion(version=1, lexicon=Lexicon(entities=("apple",), goals=("put <A>",))),
        ItemVector("d1", "masked", "words", np.array([0.6, 0.8, 1e-30], dtype=np.float32)),
        ItemVector("l1", "goal", "words", np.array([1.0, 0.0, -0.0], dtype=np.float32)),
        Expense(
            id="x1",
            batch_id="b",
            episode_id="lost",
            made_at=NOON,
            model="tiny",
            calls=1,
            money=0.5,
            became="lesson",
            reply="{} ```",
        ),
    )
    return tuple((namespace, entry) for entry in entries)


def seen(store: RecordStore, namespace: Namespace) -> list[object]:
    """Give all that a namespace holds in a form that can be compared."""
    return list(map(_comparable, store.entries(namespace)))


def comparable(entries: Iterable[tuple[Namespace, Entry]]) -> list[object]:
    """Give entries in a form that can be compared."""
    return [_comparable(entry) for _, entry in entries]


def _comparable(entry: Entry) -> object:
    if isinstance(entry, ItemVector):
        return (*entry[:3], entry.vector.tobytes())
    return entry


def _own(name: str, *, success: bool = True) -> tuple[Outcome, ...]:
    outcome = an_episode(name, success=success).outcome
    assert outcome is not None
    return (outcome,)
