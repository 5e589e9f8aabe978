"""Embeddings in the database, and what changed among them since an index last asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, insert, select

from skillmem.protocols import Collection, ItemVector, VectorDelta
from skillmem.stores import items
from skillmem.stores.chunks import chunks
from skillmem.stores.payloads import read_vectors, write_vector
from skillmem.stores.schema import items as item_table
from skillmem.stores.schema import vectors
from skillmem.types import format_namespace


def missing(
    connection: Connection, namespace: str, given: Sequence[ItemVector]
) -> list[ItemVector]:
    """Leave out the embeddings that are held already, and those of unknown items."""
    places = items.places(connection, namespace, (vector.item_id for vector in given))
    held = {
        tuple(row)
        for chunk in chunks(place.serial for place in places.values())
        for row in connection.execute(
            select(vectors.c.item, vectors.c.space, vectors.c.embedder).where(
                vectors.c.item.in_(chunk)
            )
        )
    }
    new = {
        (places[vector.item_id].serial, vector.space, vector.embedder): vector
        for vector in given
        if vector.item_id in places
    }
    return [vector for key, vector in new.items() if key not in held]


def insert_vectors(
    connection: Connection, namespace: str, new: Iterable[ItemVector], *, mark: int
) -> None:
    """Store embeddings of existing items that aren't held yet."""
    for chunk in chunks(new):
        places = items.places(connection, namespace, (vector.item_id for vector in chunk))
        rows = [
            {
                "item": places[vector.item_id].serial,
                "kind": places[vector.item_id].kind,
                "space": vector.space,
                "embedder": vector.embedder,
                "namespace": namespace,
                "mark": mark,
                "dimensions": len(vector.vector),
                "vector": write_vector(vector.vector),
            }
            for vector in chunk
        ]
        connection.execute(insert(vectors), rows)


def delta(connection: Connection, collection: Collection, *, after: int, mark: int) -> VectorDelta:
    """Give what was added and retired after `after`, up to the namespace's newest mark."""
    namespace = format_namespace(collection.namespace)
    added = connection.execute(
        select(item_table.c.id, vectors.c.dimensions, vectors.c.vector)
        .join(item_table, item_table.c.serial == vectors.c.item)
        .where(
            vectors.c.namespace == namespace,
            vectors.c.kind == collection.kind,
            vectors.c.space == collection.space,
            vectors.c.embedder == collection.embedder,
            vectors.c.mark > after,
            item_table.c.retired_mark.is_(None),
        )
        .order_by(vectors.c.serial)
    ).all()
    removed = connection.scalars(
        select(item_table.c.id)
        .where(
            item_table.c.namespace == namespace,
            item_table.c.kind == collection.kind,
            item_table.c.retired_mark > after,
        )
        .order_by(item_table.c.serial)
    )
    dimensions = added[0].dimensions if added else 0
    return VectorDelta(
        after=after,
        version=mark,
        added=tuple(row.id for row in added),
        vectors=read_vectors([row.vector for row in added], dimensions=dimensions),
        removed=tuple(removed),
    )


def unchanged(mark: int) -> VectorDelta:
    """Say that nothing changed since `mark`."""
    nothing = read_vectors([], dimensions=0)
    return VectorDelta(after=mark, version=mark, added=(), vectors=nothing, removed=())


def all_vectors(connection: Connection, namespace: str) -> Iterator[ItemVector]:
    """Iterate over the embeddings of all items, in the order of storing."""
    query = (
        select(
            item_table.c.id,
            vectors.c.space,
            vectors.c.embedder,
            vectors.c.dimensions,
            vectors.c.vector,
        )
        .join(item_table, item_table.c.serial == vectors.c.item)
        .where(vectors.c.namespace == namespace)
        .order_by(vectors.c.serial)
    )
    for row in connection.execute(query):
        yield ItemVector(
            row.id,
            row.space,
            row.embedder,
            read_vectors([row.vector], dimensions=row.dimensions)[0],
        )
