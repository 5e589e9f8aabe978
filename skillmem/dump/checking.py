"""What must hold between the lines of a dump, whatever each says by itself."""

from __future__ import annotations

import numpy as np

from skillmem.dump.lines import (
    ChangeLine,
    EmbeddingLine,
    EndLine,
    EpisodeLine,
    ExpenseLine,
    Header,
    ItemLine,
    LexiconLine,
    Line,
    NamespaceLine,
    to_vector,
)
from skillmem.errors import InvalidNamespace
from skillmem.types import Change, MemoryItem, Namespace, format_namespace

MOST_VERSIONS = 2**63
"""A store keeps versions as signed 64-bit numbers."""


class NamespaceCheck:
    """Remembers what one namespace of a dump has shown so far."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.version = 0
        self.items: dict[str, int] = {}
        self.episodes: set[str] = set()
        self.lexicons: set[int] = set()
        self.embeddings: set[tuple[str, str, str]] = set()
        self.expenses: set[str] = set()
        self.widths: dict[str, int] = {}

    def see(self, line: Line) -> None:
        """Take the next line.

        Raises:
            ValueError: it contradicts what stood before it.
        """
        if isinstance(line, EpisodeLine):
            self._see_episode(line.logged.episode.id)
        elif isinstance(line, ItemLine):
            self._see_item(line.item)
        elif isinstance(line, ChangeLine):
            self._see_change(line.change)
        elif isinstance(line, LexiconLine):
            self._see_lexicon(line)
        elif isinstance(line, EmbeddingLine):
            self._see_embedding(line)
        elif isinstance(line, ExpenseLine):
            self._see_expense(line)

    def close(self) -> None:
        """Check what only the namespace's end can tell.

        Raises:
            ValueError: an item was made in a version that the history doesn't know.
        """
        for item_id, version in self.items.items():
            if version > self.version:
                raise ValueError(
                    f"item {item_id!r} is of version {version}, but the history ends "
                    f"with version {self.version}"
                )

    def _see_episode(self, episode_id: str) -> None:
        if episode_id in self.episodes:
            raise ValueError(f"episode {episode_id!r} stands in the dump twice")
        self.episodes.add(episode_id)

    def _see_item(self, item: MemoryItem) -> None:
        if item.id in self.items:
            raise ValueError(f"item {item.id!r} stands in the dump twice")
        if item.namespace != self.namespace:
            raise ValueError(f"item {item.id!r} belongs to {item.namespace!r}")
        unknown = [name for name in item.episode_ids if name not in self.episodes]
        if unknown:
            raise ValueError(f"item {item.id!r} came from {unknown[0]!r}, which isn't in the dump")
        _require_version(item.version)
        if item.retired_in is not None:
            _require_version(item.retired_in)
        self.items[item.id] = item.version

    def _see_change(self, change: Change) -> None:
        if change.namespace != self.namespace:
            raise ValueError(f"change {change.version} belongs to {change.namespace!r}")
        _require_version(change.version)
        if change.version <= self.version:
            raise ValueError(f"change {change.version} comes after change {self.version}")
        self.version = change.version

    def _see_lexicon(self, line: LexiconLine) -> None:
        _require_version(line.version)
        if line.version in self.lexicons:
            raise ValueError(f"the lexicon of version {line.version} stands in the dump twice")
        words = (*line.lexicon.entities, *line.lexicon.operations)
        if not all(word.strip() for word in words):
            raise ValueError(f"the lexicon of version {line.version} holds an empty word")
        self.lexicons.add(line.version)

    def _see_embedding(self, line: EmbeddingLine) -> None:
        if line.item_id not in self.items:
            raise ValueError(f"an embedding of item {line.item_id!r}, which isn't in the dump")
        key = (line.item_id, line.space, line.embedder)
        if key in self.embeddings:
            raise ValueError(f"the embedding of item {line.item_id!r} stands in the dump twice")
        vector = to_vector(line)
        width = self.widths.setdefault(line.embedder, len(vector))
        if not width or len(vector) != width:
            raise ValueError(
                f"an embedding of {len(vector)} numbers; {line.embedder!r} makes {width or 'some'}"
            )
        if not np.isfinite(vector).all():
            raise ValueError(f"the embedding of item {line.item_id!r} holds no finite number")
        self.embeddings.add(key)

    def _see_expense(self, line: ExpenseLine) -> None:
        expense = line.expense
        if expense.id in self.expenses:
            raise ValueError(f"expense {expense.id!r} stands in the dump twice")
        if expense.episode_id not in self.episodes:
            raise ValueError(
                f"an expense for episode {expense.episode_id!r}, which isn't in the dump"
            )
        self.expenses.add(expense.id)


def _require_version(version: int) -> None:
    if not 0 <= version < MOST_VERSIONS:
        raise ValueError(f"version {version} is not from 0 to {MOST_VERSIONS - 1}")


class DumpCheck:
    """Remembers what a dump has shown so far, from its header to its end."""

    def __init__(self) -> None:
        self.spaces: list[NamespaceCheck] = []
        self.lines = 0
        self.ended = False

    def see(self, line: Line) -> None:
        """Take the next line.

        Raises:
            ValueError: it can't stand here.
        """
        if self.ended:
            raise ValueError("a line after the end")
        if self.lines == 0 or isinstance(line, Header):
            self._see_header(line)
        elif isinstance(line, NamespaceLine):
            self._begin(line.namespace)
        elif isinstance(line, EndLine):
            self._end(line)
        elif not self.spaces:
            raise ValueError("no namespace was named yet")
        else:
            self.spaces[-1].see(line)
        self.lines += 1

    def _see_header(self, line: Line) -> None:
        if self.lines or not isinstance(line, Header):
            raise ValueError("a dump has one header, and it is its first line")

    def _begin(self, namespace: Namespace) -> None:
        try:
            format_namespace(namespace)
        except InvalidNamespace as error:
            raise ValueError(str(error)) from error
        if any(space.namespace == namespace for space in self.spaces):
            raise ValueError(f"namespace {namespace!r} stands in the dump twice")
        if self.spaces:
            self.spaces[-1].close()
        self.spaces.append(NamespaceCheck(namespace))

    def _end(self, line: EndLine) -> None:
        if self.spaces:
            self.spaces[-1].close()
        if line.lines != self.lines:
            raise ValueError(f"{self.lines} lines stand before the end, {line.lines} were written")
        self.ended = True
