"""Bring a database to the newest schema, when it is asked for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import NamedTuple

from skillmem.config import StorageConfig
from skillmem.errors import StoreUnavailable
from skillmem.stores.creation import known_revision
from skillmem.stores.engine import Database
from skillmem.stores.location import locate
from skillmem.stores.schema import REVISIONS

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(location: str | Path) -> None:
    """Run the migrations that the database at `location` lacks, all of them or none.

    Raises:
        StoreError: the database can't be opened or written.
    """
    from alembic import command
    from alembic.config import Config

    database = Database(locate(location), busy_seconds=StorageConfig().busy_seconds)
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    try:
        with database.writing() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        database.close()


class Migrated(NamedTuple):
    """The schema a database had, the one it has now, and the copy that was made before, if any."""

    before: str | None
    after: str
    copy: Path | None


def bring_up(location: str | Path) -> Migrated:
    """Copy the database at `location` and migrate it, if it is of an older release.

    Raises:
        SchemaTooNew: a newer release wrote it.
        StoreError: it is no database of ours, or can't be read, copied or written.
    """
    where = locate(location)
    database = Database(where, busy_seconds=StorageConfig().busy_seconds)
    try:
        with database.reading() as connection:
            found = known_revision(connection, where.place)
    finally:
        database.close()
    if found == REVISIONS[-1]:
        return Migrated(found, found, None)
    copy = _copied(Path(str(where.url.database)), found or "nothing")
    migrate(location)
    return Migrated(found, REVISIONS[-1], copy)


def _copied(file: Path, schema: str) -> Path:
    """Copy a SQLite file beside itself, as of one moment; what is there is left alone."""
    names = (f"{file.name}.schema-{schema}{f'-{number}' * bool(number)}" for number in count())
    copy = next(path for path in map(file.with_name, names) if not path.exists())
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        copy.unlink(missing_ok=True)
        raise StoreUnavailable(
            f"{file} can't be copied to {copy} ({error}); nothing was migrated, make room there"
        ) from error
    return copy
