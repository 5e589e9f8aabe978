"""The lines of a JSONL dump: one record each, in a format with a number."""

from __future__ import annotations

import base64
from typing import Annotated, Final, Literal

import numpy as np
from pydantic import BeforeValidator, Field, TypeAdapter

from skillmem.protocols import Entry, ItemVector, Vector
from skillmem.types import (
    Change,
    Expense,
    Lexicon,
    LexiconVersion,
    Logged,
    MemoryItem,
    Namespace,
    Record,
)

FORMAT = 1
MARK: Final = "skillmem-dump"
EXHIBIT: Final = "exhibit"
"""Marks a line of what a benchmark's arm could show: it is for reading, and no dump."""


class Header(Record):
    """The first line: what this file is."""

    record: Literal["skillmem-dump"] = MARK
    format: int = FORMAT


class NamespaceLine(Record):
    """The lines that follow belong to this namespace."""

    record: Literal["namespace"] = "namespace"
    namespace: Namespace = Field(min_length=1)


class EpisodeLine(Record):
    """An episode, every verdict on it, and what consolidation made of it."""

    record: Literal["episode"] = "episode"
    logged: Logged


class ItemLine(Record):
    """A memory item, shown or retired."""

    record: Literal["item"] = "item"
    item: MemoryItem


class ChangeLine(Record):
    """One step of the namespace's history."""

    record: Literal["change"] = "change"
    change: Change


class LexiconLine(Record):
    """What was known about words at a version."""

    record: Literal["lexicon"] = "lexicon"
    version: int
    lexicon: Lexicon


def _float32_bytes(text: object) -> object:
    if isinstance(text, str) and len(base64.b64decode(text, validate=True)) % 4:
        raise ValueError("not a whole number of 4-byte floats")
    return text


class EmbeddingLine(Record):
    """An item's embedding: little-endian 4-byte floats, in base64."""

    record: Literal["embedding"] = "embedding"
    item_id: str
    space: str
    embedder: str
    vector: Annotated[str, BeforeValidator(_float32_bytes)]


class ExpenseLine(Record):
    """What was spent on a model for one failure."""

    record: Literal["expense"] = "expense"
    expense: Expense


class EndLine(Record):
    """The last line: how many lines stand before it."""

    record: Literal["end"] = "end"
    lines: int


Line = Annotated[
    Header
    | NamespaceLine
    | EpisodeLine
    | ItemLine
    | ChangeLine
    | LexiconLine
    | EmbeddingLine
    | ExpenseLine
    | EndLine,
    Field(discriminator="record"),
]
LINE: TypeAdapter[Line] = TypeAdapter(Line)


def to_line(entry: Entry) -> Line:
    """Wrap what a store gave as a line."""
    if isinstance(entry, ItemVector):
        raw = np.asarray(entry.vector, dtype="<f4").tobytes()
        return EmbeddingLine(
            item_id=entry.item_id,
            space=entry.space,
            embedder=entry.embedder,
            vector=base64.b64encode(raw).decode("ascii"),
        )
    if isinstance(entry, Logged):
        return EpisodeLine(logged=entry)
    if isinstance(entry, Change):
        return ChangeLine(change=entry)
    if isinstance(entry, LexiconVersion):
        return LexiconLine(version=entry.version, lexicon=entry.lexicon)
    if isinstance(entry, Expense):
        return ExpenseLine(expense=entry)
    return ItemLine(item=entry)


def to_entry(
    line: EpisodeLine | ItemLine | ChangeLine | LexiconLine | EmbeddingLine | ExpenseLine,
    namespace: Namespace,
) -> Entry:
    """Unwrap a line for a store, moved to `namespace`."""
    if isinstance(line, EpisodeLine):
        return line.logged
    if isinstance(line, ItemLine):
        return line.item.model_copy(update={"namespace": namespace})
    if isinstance(line, ChangeLine):
        return line.change.model_copy(update={"namespace": namespace})
    if isinstance(line, LexiconLine):
        return LexiconVersion(version=line.version, lexicon=line.lexicon)
    if isinstance(line, ExpenseLine):
        return line.expense
    return ItemVector(line.item_id, line.space, line.embedder, to_vector(line))


def to_vector(line: EmbeddingLine) -> Vector:
    """Decode an embedding's numbers."""
    return np.frombuffer(base64.b64decode(line.vector), dtype="<f4").astype(np.float32)
