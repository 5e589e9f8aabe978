"""Episodes from elsewhere: JSON lines that are one `Episode` each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from skillmem.dump.jsonl import Loaded, reason
from skillmem.errors import InvalidDump
from skillmem.protocols import RecordStore
from skillmem.types import Episode, Namespace


def load_episodes(store: RecordStore, path: Path, *, namespace: Namespace) -> Loaded:
    """Record the episodes of `path`; those that are stored already change nothing.

    Every line is validated before the first is written; blank lines are passed over.

    Raises:
        InvalidDump: a line is no episode (it is named, and why), or there is none.
        EpisodeConflict: an id is taken by other content; those before it are stored.
    """
    if not sum(1 for _ in _read(path)):
        raise InvalidDump(f"{str(path)!r} holds neither a dump nor an episode")
    count = 0
    for episode in _read(path):
        store.put_episode(namespace, episode)
        count += 1
    return Loaded(namespace=namespace, version=store.version(namespace), episodes=count, items=0)


def _read(path: Path) -> Iterator[Episode]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip():
                    yield _parse(raw, number, path)
    except OSError as error:
        raise InvalidDump(f"can't read {str(path)!r}: {error}; name another file") from error


def _parse(raw: bytes, number: int, path: Path) -> Episode:
    try:
        return Episode.model_validate_json(raw)
    except ValidationError as error:
        raise InvalidDump(
            f"line {number} of {str(path)!r} is no episode: {reason(error)}"
        ) from error
