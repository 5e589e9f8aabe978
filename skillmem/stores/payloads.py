"""Records as the database keeps them: JSON and rows of float32."""

from __future__ import annotations

import warnings
from typing import Any, TypeVar

import numpy as np
from pydantic import TypeAdapter, ValidationError

from skillmem.errors import UnstorableValue
from skillmem.protocols import Vector, Vectors
from skillmem.types import MemoryItem, Record

FLOAT = np.dtype("<f4")

_ITEMS: TypeAdapter[MemoryItem] = TypeAdapter(MemoryItem)

SomeRecord = TypeVar("SomeRecord", bound=Record)


class Unreadable(ValueError):
    """What is stored is not what was written; seen outside as `StoreDamaged`."""


def read(kind: type[SomeRecord], payload: str) -> SomeRecord:
    """Read a record of a known kind.

    Raises:
        Unreadable: it isn't one.
    """
    try:
        return kind.model_validate_json(payload)
    except ValidationError as error:
        raise Unreadable(f"a stored {kind.__name__} can't be read") from error


def written(record: Record) -> str:
    """Write a record, if it can be read again: a copy may hold what was never validated.

    Raises:
        UnstorableValue: it holds a value that its kind does not allow.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        payload = record.model_dump_json()
    try:
        type(record).model_validate_json(payload)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "as a whole"
        raise UnstorableValue(
            f"{type(record).__name__} can't be stored: {place} is {first['input']!r}; "
            f"{first['msg']}"
        ) from error
    return payload


def assemble(kind: type[SomeRecord], **fields: Any) -> SomeRecord:
    """Make a record of stored fields.

    Raises:
        Unreadable: they don't make one.
    """
    try:
        return kind(**fields)
    except ValidationError as error:
        raise Unreadable(f"a stored {kind.__name__} can't be read") from error


def read_item(payload: str) -> MemoryItem:
    """Read a memory item of any kind.

    Raises:
        Unreadable: it isn't one.
    """
    try:
        return _ITEMS.validate_json(payload)
    except ValidationError as error:
        raise Unreadable("a stored memory item can't be read") from error


def write_vector(vector: Vector) -> bytes:
    """Write a vector as little-endian float32."""
    return np.asarray(vector, dtype=FLOAT).tobytes()


def read_vectors(rows: list[bytes], *, dimensions: int) -> Vectors:
    """Read float32 rows, of shape (rows, dimensions).

    Raises:
        Unreadable: a row has another length.
    """
    if any(len(row) != dimensions * FLOAT.itemsize for row in rows):
        raise Unreadable("a stored embedding has another length than it says")
    whole = np.frombuffer(b"".join(rows), dtype=FLOAT)
    return whole.reshape(len(rows), dimensions)
