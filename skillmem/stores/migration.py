"""Bring a database to the newest schema, when it is asked for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from skillmem.config import StorageConfig
from skillmem.errors import StoreUnavailable
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


def backed_up(location: str | Path) -> Path:
    """Copy a SQLite file beside itself, as of one moment, and give the copy.

    Raises:
        StoreUnavailable: it can't be read, or the copy can't be written.
    """
    file = Path(str(locate(location).url.database))
    copy = file.with_name(f"{file.name}.before-{REVISIONS[-1]}")
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as error:
        raise StoreUnavailable(
            f"{file} can't be copied to {copy} ({error}); nothing was migrated, make room there"
        ) from error
    return copy
