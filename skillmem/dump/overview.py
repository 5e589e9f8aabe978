"""What a namespace holds, in figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pydantic import Field

from skillmem.config import RenderingConfig
from skillmem.dump.reading import headline
from skillmem.protocols import RecordStore
from skillmem.types import Kind, Logged, MemoryItem, Namespace, Record


class ItemCount(Record):
    """How many items of a kind are shown, and how many were retired."""

    shown: int = 0
    retired: int = 0


class Overview(Record):
    """What a namespace holds.

    `consolidated`, `skipped`, `waiting` and `running` add up to `episodes`; `judged` counts
    those with a verdict. `reasons` tells how many were skipped for each reason, the most
    frequent first.
    """

    namespace: Namespace
    version: int
    episodes: int = 0
    judged: int = 0
    consolidated: int = 0
    skipped: int = 0
    waiting: int = 0
    running: int = 0
    items: dict[Kind, ItemCount] = Field(default_factory=dict)
    reasons: dict[str, int] = Field(default_factory=dict)


class ItemSummary(Record):
    """What one item is, in a line: the goal is the one it serves."""

    id: str
    kind: Kind
    goal: str
    episodes: int
    trust: float


class Contents(Overview):
    """What a namespace holds, with a line for each item that it shows."""

    shown: tuple[ItemSummary, ...] = ()


def contents(store: RecordStore, namespace: Namespace) -> Contents:
    """Count what `namespace` holds, and sum up each item that it shows."""
    config = RenderingConfig()
    counts = overview(store, namespace)
    shown = tuple(_summary(item, config) for item in store.items(namespace))
    return Contents(**{name: getattr(counts, name) for name in Overview.model_fields}, shown=shown)


def overview(store: RecordStore, namespace: Namespace) -> Overview:
    """Count what `namespace` holds."""
    return count(
        namespace,
        store.version(namespace),
        logs=store.episodes(namespace),
        items=store.items(namespace, include_retired=True),
    )


def count(
    namespace: Namespace, version: int, *, logs: Iterable[Logged], items: Iterable[MemoryItem]
) -> Overview:
    """Count what was read from a namespace."""
    states: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    judged = 0
    for logged in logs:
        state = logged.state if logged.closed else "running"
        states[state] += 1
        judged += bool(logged.outcomes)
        if state == "skipped":
            reasons[logged.reason] += 1
    return Overview(
        namespace=namespace,
        version=version,
        episodes=states.total(),
        judged=judged,
        consolidated=states["done"],
        skipped=states["skipped"],
        waiting=states["pending"] + states["waiting"],
        running=states["running"],
        items=_by_kind(items),
        reasons=dict(reasons.most_common()),
    )


def _summary(item: MemoryItem, config: RenderingConfig) -> ItemSummary:
    return ItemSummary(
        id=item.id,
        kind=item.kind,
        goal=headline(item, config),
        episodes=len(item.episode_ids),
        trust=item.trust,
    )


def _by_kind(items: Iterable[MemoryItem]) -> dict[Kind, ItemCount]:
    counts: Counter[tuple[Kind, bool]] = Counter(
        (item.kind, item.retired_in is not None) for item in items
    )
    kinds: tuple[Kind, ...] = ("demonstration", "lesson", "preference")
    return {
        kind: ItemCount(shown=counts[kind, False], retired=counts[kind, True])
        for kind in kinds
        if counts[kind, False] or counts[kind, True]
    }
