"""Giving all that a namespace holds, and writing back what another store gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from sqlalchemy import Connection

from skillmem.errors import InvalidDump
from skillmem.protocols import Entry, ItemVector
from skillmem.stores import embeddings, episodes, expenses, history, items
from skillmem.stores.chunks import chunks
from skillmem.stores.history import Stand
from skillmem.types import (
    Change,
    Expense,
    LexiconVersion,
    Logged,
    MemoryItem,
    Namespace,
    format_namespace,
)

_PAGE = 64
_MARK = 1


def entries(connection: Connection, namespace: str) -> Iterator[Entry]:
    """Iterate over episodes, items, changes, lexicons, embeddings and expenses."""
    yield from _episodes(connection, namespace)
    yield from _items(connection, namespace)
    yield from history.all_changes(connection, namespace)
    yield from history.all_lexicons(connection, namespace)
    yield from embeddings.all_vectors(connection, namespace)
    yield from expenses.all_expenses(connection, namespace)


def restore(connection: Connection, given: Iterable[tuple[Namespace, Entry]], *, at: float) -> None:
    """Write entries into namespaces that hold nothing yet.

    Raises:
        InvalidDump: one of the namespaces holds something already.
    """
    seen: set[Namespace] = set()
    for (namespace, _), group in groupby(given, key=lambda pair: (pair[0], type(pair[1]))):
        name = format_namespace(namespace)
        if namespace not in seen:
            _make(connection, name)
            seen.add(namespace)
        for chunk in chunks(group):
            _write(connection, name, [entry for _, entry in chunk], at=at)


def _episodes(connection: Connection, namespace: str) -> Iterator[Logged]:
    after = 0
    while heads := episodes.heads(connection, namespace, after=after, limit=_PAGE):
        for head in heads:
            yield episodes.load(connection, head)
        after = heads[-1].serial


def _items(connection: Connection, namespace: str) -> Iterator[Entry]:
    version = history.stand(connection, namespace).version
    after = 0
    while page := items.page(
        connection, namespace, items.Span(version, after, _PAGE), include_retired=True
    ):
        for stored in page:
            yield stored.item
        after = page[-1].serial


def _make(connection: Connection, namespace: str) -> None:
    if history.known(connection, namespace):
        raise InvalidDump(
            f"namespace {namespace!r} holds something already; load under a name that "
            "holds nothing (`--namespace` on the command line), or into an empty store"
        )
    history.ensure(connection, namespace)
    history.put_stand(connection, namespace, Stand(version=0, mark=_MARK))


def _write(connection: Connection, namespace: str, same: Sequence[Entry], *, at: float) -> None:
    """Write entries of one kind."""
    made: list[MemoryItem] = []
    embedded: list[ItemVector] = []
    for entry in same:
        match entry:
            case Logged():
                episodes.restore(connection, namespace, entry, at=at)
            case Change():
                history.add_change(connection, namespace, entry)
                stand = Stand(version=entry.version, mark=_MARK)
                history.put_stand(connection, namespace, stand)
            case LexiconVersion():
                history.add_lexicon(connection, namespace, entry)
            case Expense():
                expenses.put(connection, namespace, entry)
            case ItemVector():
                embedded.append(entry)
            case _:
                made.append(entry)
    items.insert_items(connection, namespace, made, mark=_MARK)
    embeddings.insert_vectors(connection, namespace, embedded, mark=_MARK)
