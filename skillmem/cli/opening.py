"""Opening what a command was told to open, and nothing that isn't there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from skillmem.errors import InvalidOption, UnknownNamespace
from skillmem.protocols import RecordStore
from skillmem.types import Namespace, format_namespace

if TYPE_CHECKING:
    from skillmem.memory import SkillMemory

_SQLITE = "sqlite:///"


@contextmanager
def opened_store(location: str) -> Iterator[RecordStore]:
    """Open the store at `location`, made if it is new, and close it afterwards."""
    from skillmem.stores import SqlStore

    store = SqlStore.open(location)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def known_store(location: str, namespace: Namespace | None) -> Iterator[RecordStore]:
    """Open a store that exists and knows `namespace` (any, when none is named).

    Raises:
        InvalidOption: there is no memory at `location`.
        UnknownNamespace: nothing was ever recorded in `namespace`.
    """
    require_memory(location)
    with opened_store(location) as store:
        known = store.namespaces()
        if namespace is not None and namespace not in known:
            names = ", ".join(format_namespace(labels) for labels in known) or "none yet"
            raise UnknownNamespace(
                f"nothing was ever recorded in namespace {format_namespace(namespace)!r} of "
                f"{location!r}; those that exist: {names}"
            )
        yield store


@contextmanager
def known_memory(location: str, namespace: Namespace) -> Iterator[SkillMemory]:
    """Open a memory that exists and knows `namespace`, and close it afterwards.

    Raises:
        InvalidOption: there is no memory at `location`.
        UnknownNamespace: nothing was ever recorded in `namespace`.
    """
    from skillmem.memory import SkillMemory

    with known_store(location, namespace):
        memory = SkillMemory.open(location, namespace=namespace)
    with memory:
        yield memory


def require_memory(location: str) -> None:
    """Refuse a folder or file that holds no memory, before anything creates it.

    Raises:
        InvalidOption: it isn't there.
    """
    file = _file(location)
    if file is not None and not file.exists():
        raise InvalidOption(
            f"there is no memory at {location!r} ({file} does not exist); name another with "
            "--memory, or make one: record episodes from a program, or `skillmem load FILE`"
        )


def is_new(location: str) -> bool:
    """Tell whether opening `location` would make a memory; of other servers nobody can tell."""
    file = _file(location)
    return file is not None and not file.exists()


def _file(location: str) -> Path | None:
    if location.startswith(_SQLITE):
        return Path(location.removeprefix(_SQLITE).split("?")[0])
    return None if "://" in location else Path(location) / "skillmem.db"
