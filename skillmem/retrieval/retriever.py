"""A task to the text that helps with it: the composition of all the parts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from skillmem.config import Config
from skillmem.protocols import Embedder, EntityFinder, Hit, TokenCounter, Vector
from skillmem.rendering import RENDERER, render_item
from skillmem.retrieval.packing import Block, Packed, pack, receipt_line
from skillmem.retrieval.query import Query, make_query
from skillmem.retrieval.ranking import Catalogue, Found, Judged, Rankable, rank
from skillmem.types import (
    Demonstration,
    Kind,
    Lesson,
    Lexicon,
    MemoryItem,
    Namespace,
    Receipt,
    Retrieval,
    Step,
    Task,
    new_id,
)

Search = Callable[[Kind, str, Vector, int], Sequence[Hit]]
Rungs = Callable[[str], tuple[str, ...]]


class Tools(NamedTuple):
    """What a retrieval works with."""

    embedder: Embedder
    counter: TokenCounter
    finder: EntityFinder
    config: Config = Config()
    new_id: Callable[[], str] = new_id


@dataclass(frozen=True)
class Snapshot:
    """A namespace as of one version: its live items, in order of making, and its lexicon.

    Make one for each version and keep it: it remembers the catalogue of its items.
    """

    namespace: Namespace
    version: int
    items: Mapping[str, MemoryItem]
    lexicon: Lexicon

    @cached_property
    def catalogue(self) -> Catalogue:
        """What ranking knows of the items; a lesson with a guard is checked, not shown."""
        return Catalogue.of(
            Rankable(item.id, item.kind, item.goal, item.skeleton, item.trust, position)
            for position, item in enumerate(self.items.values())
            if not (isinstance(item, Lesson) and item.guard)
        )


def retrieve(
    task: Task,
    *,
    token_budget: int,
    steps: Sequence[Step],
    snapshot: Snapshot,
    tools: Tools,
    search: Search,
) -> Retrieval:
    """Choose, render and account for what helps with `task`; touches no store.

    `search(kind, space, vector, limit)` gives the nearest of the snapshot's items in the
    spaces `masked` and `goal`; what the snapshot does not hold is passed over.
    """
    query = make_query(task, steps, finder=tools.finder, lexicon=snapshot.lexicon)

    def rungs(item_id: str) -> tuple[str, ...]:
        item = snapshot.items[item_id]
        assert isinstance(item, Demonstration | Lesson)
        return render_item(item, tools.config.rendering)

    packed = choose(
        query,
        snapshot.catalogue,
        token_budget=token_budget,
        tools=tools,
        search=search,
        rungs=rungs,
    )
    receipt = Receipt(token_budget=token_budget, masked_goal=query.masked_goal, lines=packed.lines)
    return Retrieval(
        id=tools.new_id(),
        text=packed.text,
        tokens=packed.tokens,
        items=tuple(snapshot.items[item_id] for item_id in _shown(receipt)),
        version=snapshot.version,
        fingerprint=fingerprint(snapshot.version, tools),
        receipt=receipt,
    )


def choose(
    query: Query,
    catalogue: Catalogue,
    *,
    token_budget: int,
    tools: Tools,
    search: Search,
    rungs: Rungs,
) -> Packed:
    """Search, rank and pack; `rungs` gives the texts of a rankable by its id, longest first.

    The lines account for every candidate once: those packed first, then those outranked.
    """
    found = _search(query, tools=tools, search=search)
    ranking = rank(query, catalogue, found, tools.config.retrieval)
    judged = (*ranking.demonstrations, *ranking.lessons)
    blocks = [_block(one, rungs) for one in judged if not one.reason]
    packed = pack(blocks, token_budget=token_budget, counter=tools.counter, config=tools.config)
    outranked = tuple(
        receipt_line(
            one.candidate.rankable.id,
            one.candidate.rankable.kind,
            score=one.score,
            reason=one.reason,
        )
        for one in judged
        if one.reason
    )
    return packed._replace(lines=(*packed.lines, *outranked))


def fingerprint(version: int, tools: Tools) -> str:
    """Hash all on which a retrieval's text rests, beside the task and the budget."""
    parts = (
        version,
        tools.config.model_dump_json(),
        tools.embedder.name,
        RENDERER,
        tools.counter.name,
    )
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _shown(receipt: Receipt) -> Iterator[str]:
    """Name what the text holds, best first."""
    for line in sorted(receipt.lines, key=lambda line: -line.score):
        if line.decision in ("kept", "shortened"):
            yield line.item_id


def _search(query: Query, *, tools: Tools, search: Search) -> Found:
    """Look for the masked goal among both kinds, for the goal as worded among one."""
    masked, worded = tools.embedder.embed([query.masked_goal, query.goal])
    limit = tools.config.retrieval.neighbours
    return Found(
        masked=(
            *search("demonstration", "masked", masked, limit),
            *search("lesson", "masked", masked, limit),
        ),
        worded=search("demonstration", "goal", worded, limit),
    )


def _block(judged: Judged, rungs: Rungs) -> Block:
    rankable = judged.candidate.rankable
    return Block(rankable.id, rankable.kind, judged.score, rungs(rankable.id))
