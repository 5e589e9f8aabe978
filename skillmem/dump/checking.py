"""What must hold between the lines of a dump, whatever each says by itself."""

from __future__ import annotations

from skillmem.dump.lines import (
    FORMAT,
    ChangeLine,
    EmbeddingLine,
    EndLine,
    EpisodeLine,
    Header,
    ItemLine,
    Line,
    NamespaceLine,
)
from skillmem.errors import InvalidNamespace
from skillmem.types import Change, MemoryItem, Namespace, format_namespace


class NamespaceCheck:
    """Remembers what one namespace of a dump has shown so far."""

    def __init__(self, namespace: Namespace) -> None:
        self.namespace = namespace
        self.version = 0
        self.items: dict[str, int] = {}
        self.episodes: set[str] = set()

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
        elif isinstance(line, EmbeddingLine) and line.item_id not in self.items:
            raise ValueError(f"an embedding of item {line.item_id!r}, which isn't in the dump")

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
        self.items[item.id] = item.version

    def _see_change(self, change: Change) -> None:
        if change.namespace != self.namespace:
            raise ValueError(f"change {change.version} belongs to {change.namespace!r}")
        if change.version <= self.version:
            raise ValueError(f"change {change.version} comes after change {self.version}")
        self.version = change.version


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
        if line.format != FORMAT:
            raise ValueError(
                f"the dump's format is {line.format}, this release reads {FORMAT}; "
                "load it with the release that wrote it"
            )

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
