"""One text per content, to tell whether two records say the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from skillmem.types import Episode, Record

_CLOCKS = {"started_at", "ended_at", "retrieval_ids"}


def canonical(record: Record | None, *, leave_out: set[str] | None = None) -> str:
    """Write a record as JSON with sorted keys, without fields that have their default.

    So a field which a later release adds does not change the text of an older record; and
    NaN, which doesn't equal itself, has one text.
    """
    if record is None:
        return "null"
    content = record.model_dump(mode="json", exclude=leave_out, exclude_defaults=True)
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def digest(episode: Episode) -> str:
    """Make a SHA-256 digest of an episode's content: clocks and retrieval ids apart."""
    return hashlib.sha256(canonical(episode, leave_out=_CLOCKS).encode()).hexdigest()


def alike(pairs: Iterable[tuple[Record | None, Record | None]]) -> bool:
    """Tell whether the two records of every pair have the same content."""
    return all(canonical(one) == canonical(other) for one, other in pairs)
