"""A namespace's version and mark, its changes, its lexicons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, true, update

from skillmem.stores.payloads import read
from skillmem.stores.schema import changes, lexicons, namespaces
from skillmem.types import Change, Lexicon, LexiconVersion, Namespace, parse_namespace


class Stand(NamedTuple):
    """How far a namespace has come. `mark` also rises when an embedding comes late."""

    version: int
    mark: int


# Built once, since this is asked before every retrieval.
_STAND = select(namespaces.c.version, namespaces.c.mark).where(
    namespaces.c.name == bindparam("namespace")
)


def stand(connection: Connection, namespace: str) -> Stand:
    """Tell how far a namespace has come; one in which nothing was recorded stands at 0."""
    row = connection.execute(_STAND, {"namespace": namespace}).one_or_none()
    return Stand(0, 0) if row is None else Stand(*row)


def known(connection: Connection, namespace: str) -> bool:
    """Tell whether anything was recorded in a namespace."""
    query = select(namespaces.c.name).where(namespaces.c.name == namespace)
    return connection.scalar(query) is not None


def all_namespaces(connection: Connection) -> tuple[Namespace, ...]:
    """Name every namespace in which anything was recorded, sorted by its labels."""
    return tuple(sorted(map(parse_namespace, connection.scalars(select(namespaces.c.name)))))


def ensure(connection: Connection, namespace: str) -> None:
    """Make a namespace known, before the first record in it."""
    if not known(connection, namespace):
        connection.execute(insert(namespaces).values(name=namespace, version=0, mark=0))


def raise_version(connection: Connection, namespace: str, *, base: int) -> Stand | None:
    """Raise the version by one; give nothing when the namespace isn't at `base`."""
    ensure(connection, namespace)
    row = connection.execute(
        update(namespaces)
        .where(namespaces.c.name == namespace, namespaces.c.version == base)
        .values(version=namespaces.c.version + 1, mark=namespaces.c.mark + 1)
        .returning(namespaces.c.version, namespaces.c.mark)
    ).one_or_none()
    return None if row is None else Stand(*row)


def raise_mark(connection: Connection, namespace: str) -> int:
    """Raise the mark by one, and give it."""
    row = connection.execute(
        update(namespaces)
        .where(namespaces.c.name == namespace)
        .values(mark=namespaces.c.mark + 1)
        .returning(namespaces.c.version, namespaces.c.mark)
    ).one()
    return Stand(*row).mark


def put_stand(connection: Connection, namespace: str, new: Stand) -> None:
    """Put a namespace where another store had it."""
    connection.execute(
        update(namespaces).where(namespaces.c.name == namespace).values(new._asdict())
    )


def add_change(connection: Connection, namespace: str, change: Change) -> None:
    """Append a change to the history."""
    connection.execute(
        insert(changes).values(
            namespace=namespace, version=change.version, payload=change.model_dump_json()
        )
    )


def all_changes(connection: Connection, namespace: str) -> list[Change]:
    """Give the history, oldest first."""
    payloads = connection.scalars(
        select(changes.c.payload)
        .where(changes.c.namespace == namespace)
        .order_by(changes.c.version)
    )
    return [read(Change, payload) for payload in payloads]


def newest_lexicon(
    connection: Connection, namespace: str, *, version: int | None = None
) -> Lexicon:
    """Give the newest lexicon, or that of a version; an empty one when nothing was learnt."""
    until = true() if version is None else lexicons.c.version <= version
    payload = connection.scalar(
        select(lexicons.c.payload)
        .where(lexicons.c.namespace == namespace, until)
        .order_by(lexicons.c.version.desc())
        .limit(1)
    )
    return Lexicon() if payload is None else read(Lexicon, payload)


def add_lexicon(connection: Connection, namespace: str, frozen: LexiconVersion) -> None:
    """Freeze a lexicon into a version. Versions without one of their own keep the last."""
    connection.execute(
        insert(lexicons).values(
            namespace=namespace,
            version=frozen.version,
            payload=frozen.lexicon.model_dump_json(),
        )
    )


def all_lexicons(connection: Connection, namespace: str) -> Iterator[LexiconVersion]:
    """Iterate over the lexicons, oldest first."""
    query = (
        select(lexicons.c.version, lexicons.c.payload)
        .where(lexicons.c.namespace == namespace)
        .order_by(lexicons.c.version)
    )
    for row in connection.execute(query):
        lexicon = read(Lexicon, row.payload)
        yield LexiconVersion(version=row.version, lexicon=lexicon)
