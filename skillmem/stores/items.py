"""Memory items in the database: written once, retired by number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import Connection, insert, or_, select, update

from skillmem.stores.chunks import chunks
from skillmem.stores.payloads import read_item
from skillmem.stores.schema import items
from skillmem.types import MemoryItem


class StoredItem(NamedTuple):
    """An item and its place in the order of storing."""

    serial: int
    item: MemoryItem


class Place(NamedTuple):
    """Where an item is found."""

    serial: int
    kind: str


class Span(NamedTuple):
    """Up to `limit` items that follow the serial `after`, as of `version`."""

    version: int
    after: int
    limit: int


def insert_items(
    connection: Connection, namespace: str, added: Sequence[MemoryItem], *, mark: int
) -> None:
    """Store items that are new; those that come retired do so at `mark`."""
    rows = [_row(namespace, item, mark) for item in added]
    for chunk in chunks(rows):
        connection.execute(insert(items), chunk)


def retire(
    connection: Connection, namespace: str, item_ids: Sequence[str], *, version: int, mark: int
) -> None:
    """Stop showing items from `version` on; one that is retired already is left alone."""
    for ids in chunks(item_ids):
        connection.execute(
            update(items)
            .where(items.c.namespace == namespace, items.c.id.in_(ids))
            .where(items.c.retired_in.is_(None))
            .values(retired_in=version, retired_mark=mark)
        )


def page(
    connection: Connection, namespace: str, span: Span, *, include_retired: bool
) -> list[StoredItem]:
    """Give the next items in the order of storing, as they were at the span's version."""
    query = (
        select(items.c.serial, items.c.payload, items.c.retired_in)
        .where(items.c.namespace == namespace, items.c.serial > span.after)
        .where(items.c.version <= span.version)
        .order_by(items.c.serial)
        .limit(span.limit)
    )
    if not include_retired:
        query = query.where(or_(items.c.retired_in.is_(None), items.c.retired_in > span.version))
    return [
        StoredItem(row.serial, _item(row.payload, row.retired_in, version=span.version))
        for row in connection.execute(query)
    ]


def places(connection: Connection, namespace: str, item_ids: Iterable[str]) -> dict[str, Place]:
    """Tell where those items are that exist."""
    return {
        item_id: Place(serial, kind)
        for ids in chunks(dict.fromkeys(item_ids))
        for item_id, serial, kind in connection.execute(
            select(items.c.id, items.c.serial, items.c.kind).where(
                items.c.namespace == namespace, items.c.id.in_(ids)
            )
        )
    }


def _row(namespace: str, item: MemoryItem, mark: int) -> dict[str, object]:
    return {
        "namespace": namespace,
        "id": item.id,
        "kind": item.kind,
        "version": item.version,
        "retired_in": item.retired_in,
        "retired_mark": None if item.retired_in is None else mark,
        "payload": item.model_copy(update={"retired_in": None}).model_dump_json(),
    }


def _item(payload: str, retired_in: int | None, *, version: int) -> MemoryItem:
    item = read_item(payload)
    if retired_in is None or retired_in > version:
        return item
    return item.model_copy(update={"retired_in": retired_in})
