"""Small memories to retrieve from in the tests."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.config import Config
from skillmem.protocols import Embedder, Hit, Mention, TokenCounter, Vector
from skillmem.retrieval import Search, Snapshot, Tools
from skillmem.testing.counters import WordCounter
from skillmem.testing.embedders import HashingEmbedder
from skillmem.types import (
    Demonstration,
    Episode,
    Kind,
    Lesson,
    Lexicon,
    MemoryItem,
    Skeleton,
    Step,
    Task,
)


class NoEntities:
    """An entity finder that finds nothing."""

    def learn(self, episodes: Sequence[Episode], lexicon: Lexicon) -> Lexicon:
        """Learn nothing."""
        assert episodes is not None
        return lexicon

    def mentions(self, text: str, lexicon: Lexicon) -> tuple[Mention, ...]:
        """Find nothing."""
        assert text is not None
        assert lexicon is not None
        return ()


def a_demonstration(
    item_id: str, goal: str, *, masked: str = "", skeleton: Skeleton = (), steps: int = 2
) -> Demonstration:
    """Make a demonstration of `goal` whose steps name it."""
    return Demonstration(
        id=item_id,
        namespace=("n",),
        episode_ids=(f"episode of {item_id}",),
        version=1,
        goal=masked or goal,
        skeleton=skeleton,
        task=Task(goal=goal, label="never read"),
        steps=tuple(
            Step(action=f"do part {part} of {goal}", observation=f"Part {part} is done.")
            for part in range(steps)
        ),
    )


def a_lesson(item_id: str, *, masked: str, skeleton: Skeleton = ()) -> Lesson:
    """Make a lesson about a masked goal."""
    return Lesson(
        id=item_id,
        namespace=("n",),
        episode_ids=(f"episode of {item_id}",),
        version=1,
        goal=masked,
        skeleton=skeleton,
        situation="it is in the hand.",
        mistake="It was put down too early.",
        advice="Heat it first:\n> heat <A> with <B>",
    )


def a_snapshot(*items: MemoryItem, lexicon: Lexicon | None = None) -> Snapshot:
    """Make a snapshot of `items`, in order of making."""
    return Snapshot(
        namespace=("n",),
        version=3,
        items={item.id: item for item in items},
        lexicon=lexicon or Lexicon(),
    )


def some_tools(
    *,
    embedder: Embedder | None = None,
    counter: TokenCounter | None = None,
    config: Config | None = None,
) -> Tools:
    """Gather quick tools."""
    return Tools(
        embedder=embedder or HashingEmbedder(),
        counter=counter or WordCounter(),
        finder=NoEntities(),
        config=config or Config(),
        new_id=lambda: "retrieval",
    )


def search_in(snapshot: Snapshot, embedder: Embedder) -> Search:
    """Make an exact search over a snapshot's items."""
    items = list(snapshot.items.values())
    texts = {"masked": [item.goal for item in items], "goal": [_worded(item) for item in items]}
    rows = {space: embedder.embed(worded) for space, worded in texts.items()}

    def search(kind: Kind, space: str, vector: Vector, limit: int) -> tuple[Hit, ...]:
        scores = (rows[space] @ vector).tolist()
        hits = [
            Hit(item.id, score)
            for item, score in zip(items, scores, strict=True)
            if item.kind == kind
        ]
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit])

    return search


def _worded(item: MemoryItem) -> str:
    return item.task.goal if isinstance(item, Demonstration) else item.goal
