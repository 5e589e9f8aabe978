"""What a database holds when it is opened: nothing yet, our schema, or another's."""

from __future__ import annotations

from sqlalchemy import Connection, insert, inspect, select

from skillmem.errors import SchemaTooNew, SchemaTooOld, StoreUnavailable
from skillmem.stores.engine import Database
from skillmem.stores.failures import damaged
from skillmem.stores.schema import REVISIONS, metadata, revision


def create_or_check(database: Database) -> None:
    """Create the newest schema in an empty database, or refuse a schema that isn't it.

    Raises:
        SchemaTooOld: an older release wrote it.
        SchemaTooNew: a newer release wrote it.
        StoreUnavailable: another program's tables are in it, or it can't be written.
        StoreDamaged: it is no database, or some of the tables are missing.
    """
    with database.reading() as connection:
        tables = _tables(connection)
        if tables:
            _check(connection, tables, database.place)
            return
    with database.writing() as connection:
        # Another process may have created it in between.
        if tables := _tables(connection):
            _check(connection, tables, database.place)
        else:
            metadata.create_all(connection, checkfirst=False)
            connection.execute(insert(revision).values(version_num=REVISIONS[-1]))


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def known_revision(connection: Connection, place: str) -> str | None:
    """Give the schema that a database of ours has; nothing for one of before the first.

    Raises:
        SchemaTooNew: a newer release wrote it.
        StoreUnavailable: another program's tables are in it, or none.
    """
    if revision.name not in _tables(connection):
        raise StoreUnavailable(
            f"{place} holds tables of another program; name a folder or a file of its own"
        )
    found = connection.execute(select(revision.c.version_num)).scalar()
    if found is not None and found not in REVISIONS:
        raise SchemaTooNew(
            f"{place} has the schema {found}, and this release of skillmem knows up to "
            f"{REVISIONS[-1]}; install a newer release"
        )
    return None if found is None else str(found)


def _check(connection: Connection, tables: set[str], place: str) -> None:
    found = known_revision(connection, place)
    if found != REVISIONS[-1]:
        raise SchemaTooOld(
            f"{place} has the schema {found or 'before the first'}, and this release of skillmem "
            f"needs {REVISIONS[-1]}; run `skillmem migrate` on it (a copy of a file is kept)"
        )
    if missing := sorted(set(metadata.tables) - tables):
        raise damaged(place, f"missing tables: {', '.join(missing)}")
