"""What a retrieval reads, kept at hand and caught up with the store by version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

from skillmem.protocols import (
    Collection,
    Hit,
    ItemVector,
    RecordStore,
    Vector,
    VectorIndex,
)
from skillmem.retrieval import Snapshot, Tools
from skillmem.types import Demonstration, Kind, MemoryItem, Namespace

Space = Literal["goal", "masked"]


class View:
    """One namespace as of its newest version: its items, its lexicon, its nearest vectors."""

    def __init__(
        self, store: RecordStore, index: VectorIndex, *, namespace: Namespace, tools: Tools
    ) -> None:
        self._store = store
        self._index = index
        self._namespace = namespace
        self._tools = tools
        self._snapshot: Snapshot | None = None
        self._caught_up: dict[Collection, int] = {}

    @property
    def namespace(self) -> Namespace:
        """Whose items these are."""
        return self._namespace

    @property
    def tools(self) -> Tools:
        """What a retrieval works with."""
        return self._tools

    def snapshot(self) -> Snapshot:
        """Give the newest version, loading only when it has changed."""
        version = self._store.version(self._namespace)
        if self._snapshot is None or self._snapshot.version != version:
            self._snapshot = self._load(version)
        return self._snapshot

    def search(self, kind: Kind, space: str, query: Vector, limit: int) -> tuple[Hit, ...]:
        """Find the nearest vectors of one kind in one space, best first."""
        collection = self._collection(kind, space)
        if not self._is_caught_up(collection):
            self._catch_up(collection)
        return self._index.search(collection, query, limit=limit)

    def embed(self, items: Sequence[MemoryItem]) -> tuple[ItemVector, ...]:
        """Embed items in every space."""
        if not items:
            return ()
        embedder = self._tools.embedder
        spaces: tuple[Space, ...] = get_args(Space)
        places = [(item, space) for space in spaces for item in items]
        rows = embedder.embed([_text(item, space) for item, space in places])
        return tuple(
            ItemVector(item.id, space, embedder.name, row)
            for (item, space), row in zip(places, rows, strict=True)
        )

    def _load(self, version: int) -> Snapshot:
        items = {item.id: item for item in self._store.items(self._namespace)}
        if self._snapshot is None:
            self._embed_missing(items)
        self._caught_up = {}
        return Snapshot(
            namespace=self._namespace,
            version=version,
            items=items,
            lexicon=self._store.lexicon(self._namespace),
        )

    def _embed_missing(self, items: Mapping[str, MemoryItem]) -> None:
        """Embed what was stored under another embedder, or loaded without its vectors."""
        held: set[str] = set()
        for kind in get_args(Kind):
            collection = self._collection(kind, "masked")
            held.update(self._store.vectors(collection, after=0).added)
        missing = [item for item in items.values() if item.id not in held]
        if missing:
            self._store.put_vectors(self._namespace, self.embed(missing))

    def _is_caught_up(self, collection: Collection) -> bool:
        mark = self._caught_up.get(collection)
        return mark is not None and self._index.version(collection) >= mark

    def _catch_up(self, collection: Collection) -> None:
        """Bring the index up to what the store holds now, once for each snapshot.

        A collection that the index has let go meanwhile is behind again.
        """
        held = self._index.version(collection)
        delta = self._store.vectors(collection, after=held)
        self._index.apply(collection, delta)
        self._caught_up[collection] = delta.version

    def _collection(self, kind: Kind, space: str) -> Collection:
        return Collection(self._namespace, kind, space, self._tools.embedder.name)


def _text(item: MemoryItem, space: Space) -> str:
    """Say what of an item is embedded. Only a demonstration has a goal as worded."""
    if space == "goal" and isinstance(item, Demonstration):
        return item.task.goal
    return item.goal
