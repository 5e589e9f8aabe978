"""One database, read through one engine and written through another."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

from skillmem.errors import StoreUnavailable
from skillmem.stores.failures import translated
from skillmem.stores.location import Location


class Database:
    """Gives connections: many that read, one at a time that writes.

    A reader sees the state at its first statement. A writer takes the write lock when it
    begins, so it never has to give up in the middle, and is on the disk when it ends.
    """

    def __init__(self, location: Location, *, busy_seconds: float) -> None:
        self.place = location.place
        self._closed = False
        self._readers = _engine(
            location, busy_seconds, begin="BEGIN", on_connect=_prepare, pool_size=4, max_overflow=60
        )
        self._writers = _engine(
            location,
            busy_seconds,
            begin="BEGIN IMMEDIATE",
            on_connect=_journal(busy_seconds),
            pool_size=1,
            max_overflow=0,
        )

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database.

        Raises:
            StoreError: see `translated`.
        """
        with self._connection(self._readers) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give the connection that may write; all of it is kept, or none.

        Raises:
            StoreError: see `translated`.
        """
        with self._connection(self._writers) as connection:
            yield connection

    def close(self) -> None:
        """Give back files and connections."""
        self._closed = True
        self._readers.dispose()
        self._writers.dispose()

    @contextmanager
    def _connection(self, engine: Engine) -> Iterator[Connection]:
        if self._closed:
            raise StoreUnavailable(f"{self.place} was closed; open it again")
        with translated(self.place), engine.begin() as connection:
            yield connection


def _engine(
    location: Location,
    busy_seconds: float,
    *,
    begin: str,
    on_connect: Callable[[sqlite3.Connection], None],
    **pool: int,
) -> Engine:
    engine = create_engine(
        location.url,
        connect_args={"timeout": busy_seconds, "isolation_level": None},
        pool_timeout=busy_seconds,
        **pool,
    )
    event.listen(engine, "connect", lambda connection, _: on_connect(connection))
    event.listen(engine, "begin", lambda connection: _execute(connection, begin))
    return engine


def _execute(connection: Connection, statement: str) -> None:
    """Go straight to the driver: through SQLAlchemy it takes longer than a short query."""
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    cursor.close()


def _prepare(connection: sqlite3.Connection | Any) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _journal(busy_seconds: float) -> Callable[[sqlite3.Connection], None]:
    """Prepare a writer; the journal's mode is kept in the file, so only the first changes it."""

    def prepare(connection: sqlite3.Connection) -> None:
        _prepare(connection)
        deadline = time.monotonic() + busy_seconds
        while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                # SQLite doesn't wait for this lock as it waits for others.
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.005)

    return prepare
