"""Pieces of any form under memory's own search, ranking and packer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from skillmem.evals.forms import Piece
from skillmem.protocols import Hit, Vector, Vectors
from skillmem.retrieval import Catalogue, Packed, Tools, choose, make_query
from skillmem.types import Kind, Lexicon, Task


class Shown(NamedTuple):
    """The text of memory for an episode, its exact count, and what is in it."""

    text: str
    tokens: int
    items: tuple[str, ...]


NOTHING = Shown("", 0, ())


def shown_of(packed: Packed) -> Shown:
    """Say what a packed text shows."""
    kept = [line.item_id for line in packed.lines if line.decision in ("kept", "shortened")]
    return Shown(packed.text, packed.tokens, tuple(kept))


class Shelf:
    """`raw`, `abstract`, `reversed`: other forms under memory's own ranking and packer."""

    def __init__(self, pieces: Sequence[Piece], *, lexicon: Lexicon, tools: Tools) -> None:
        self._catalogue = Catalogue.of(piece.rankable for piece in pieces)
        self._rungs = {piece.rankable.id: piece.rungs for piece in pieces}
        self._lexicon = lexicon
        self._tools = tools
        self._nearest = Nearest(pieces, tools)

    def show(self, task: Task, *, token_budget: int, key: str) -> Shown:  # noqa: ARG002
        """Show what ranking and packing choose."""
        query = make_query(task, (), finder=self._tools.finder, lexicon=self._lexicon)
        packed = choose(
            query,
            self._catalogue,
            token_budget=token_budget,
            tools=self._tools,
            search=self._nearest.search,
            rungs=self._rungs.__getitem__,
        )
        return shown_of(packed)


class Nearest:
    """Finds the nearest pieces exactly."""

    def __init__(self, pieces: Sequence[Piece], tools: Tools) -> None:
        self._ids: dict[str, tuple[str, ...]] = {}
        self._rows: dict[tuple[str, str], Vectors] = {}
        for kind in ("demonstration", "lesson"):
            members = [piece for piece in pieces if piece.rankable.kind == kind]
            self._ids[kind] = tuple(piece.rankable.id for piece in members)
            texts = {
                "masked": [piece.rankable.goal for piece in members],
                "goal": [piece.goal for piece in members],
            }
            for space, lines in texts.items():
                self._rows[kind, space] = tools.embedder.embed(lines)

    def search(self, kind: Kind, space: str, query: Vector, limit: int) -> tuple[Hit, ...]:
        """Give the nearest of one kind in one space, best first, equals in order of id."""
        scores = self._rows[kind, space] @ query
        hits = (
            Hit(name, float(score)) for name, score in zip(self._ids[kind], scores, strict=True)
        )
        return tuple(sorted(hits, key=lambda hit: (-hit.score, hit.id))[:limit])
