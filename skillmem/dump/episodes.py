"""Episodes from elsewhere: JSON lines that are one `Episode` each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from skillmem.dump.jsonl import Loaded
from skillmem.dump.lines import EXHIBIT
from skillmem.dump.parsing import parse_json, reason
from skillmem.errors import EpisodeNotFound, InvalidDump
from skillmem.protocols import RecordStore
from skillmem.types import Episode, Namespace


def load_episodes(store: RecordStore, path: Path, *, namespace: Namespace) -> Loaded:
    """Record the episodes of `path`; those that are stored already change nothing.

    An episode is known again by its id; one without is given a new id, and is new each time.
    Every line is validated before the first is written; blank lines are passed over.

    Raises:
        InvalidDump: a line is no episode (it is named, and why), or there is none.
        EpisodeConflict: an id is taken by other content; those before it are stored.
    """
    check_episodes(path)
    count = new = 0
    for episode in _read(path):
        new += not _is_stored(store, namespace, episode.id)
        store.put_episode(namespace, episode)
        count += 1
    version = store.version(namespace)
    return Loaded(namespace=namespace, version=version, episodes=count, new=new, items=0)


def check_episodes(path: Path) -> None:
    """Validate every line that should be an episode.

    Raises:
        InvalidDump: a line is none (it is named, and why), or there is none.
    """
    if not sum(1 for _ in _read(path)):
        raise InvalidDump(f"{str(path)!r} holds neither a dump nor an episode")


def _is_stored(store: RecordStore, namespace: Namespace, episode_id: str) -> bool:
    try:
        store.episode(namespace, episode_id)
    except EpisodeNotFound:
        return False
    return True


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
        return parse_json(raw, Episode.model_validate_json, Episode.model_validate)
    except ValidationError as error:
        if _is_exhibit(raw):
            raise InvalidDump(
                f"{str(path)!r} holds the texts that an arm of a benchmark could show, and no "
                "memory; the memory behind all arms is `asymmetric.jsonl`, in the same folder"
            ) from error
        raise InvalidDump(
            f"line {number} of {str(path)!r} is no episode: {reason(error)}"
        ) from error


def _is_exhibit(raw: bytes) -> bool:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and value.get("record") == EXHIBIT
