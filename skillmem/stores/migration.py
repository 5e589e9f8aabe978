"""Bring a database to the newest schema, when it is asked for."""

from __future__ import annotations

from pathlib import Path

from skillmem.config import StorageConfig
from skillmem.stores.engine import Database
from skillmem.stores.location import locate

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
