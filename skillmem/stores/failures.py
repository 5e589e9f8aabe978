"""What the database's errors mean, and what to do about each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, NoSuchTableError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from skillmem.errors import StoreBusy, StoreDamaged, StoreError, StoreUnavailable
from skillmem.stores.payloads import Unreadable

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT}
_UNAVAILABLE = {
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_AUTH,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_TOOBIG,
}
_NO_SUCH = ("no such table", "no such column", "could not decode")


@contextmanager
def translated(place: str) -> Iterator[None]:
    """Turn every error of the database at `place` into one of ours.

    Raises:
        StoreBusy: another process or thread held the write lock for too long.
        StoreDamaged: the file is no database of ours, or holds what can't be read.
        StoreUnavailable: it can't be opened or written.
        StoreError: anything else that the database refuses.
    """
    try:
        yield
    except PoolTimeout as error:
        raise _busy(place) from error
    except NoSuchTableError as error:
        raise damaged(place, f"table {error} is missing") from error
    except (Unreadable, UnicodeDecodeError) as error:
        raise damaged(place, str(error)) from error
    except DBAPIError as error:
        raise explain(error.orig or error, place) from error
    except sqlite3.Error as error:
        raise explain(error, place) from error


def explain(error: BaseException, place: str) -> StoreError:
    """Say what a database's error means for the store at `place`."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    text = str(error)
    if code in _BUSY:
        return _busy(place)
    if code in _DAMAGED or text.lower().startswith(_NO_SUCH):
        return damaged(place, text)
    if code in _UNAVAILABLE:
        return StoreUnavailable(
            f"{place} can't be opened or written ({text}); "
            "check that it exists, its permissions, and the space left on the disk"
        )
    return StoreError(f"{place} refused a statement ({text})")


def damaged(place: str, reason: str) -> StoreDamaged:
    """Say that the store at `place` is damaged, and what can be done."""
    return StoreDamaged(
        f"{place} is not a sound skillmem database ({reason}); keep a copy of it, "
        "then restore a backup, or load the newest dump into a new folder"
    )


def _busy(place: str) -> StoreBusy:
    return StoreBusy(
        f"another process or thread held the write lock of {place} for too long; "
        "try again, or find what is writing to it"
    )
