"""The episodes of a log, a stream or a unit, each kept as soon as it is over."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Generic, TypeVar

from skillmem.errors import StoreDamaged
from skillmem.evals.deadline import Deadline
from skillmem.evals.folder import read_records
from skillmem.evals.results import Played
from skillmem.types import Episode, Record


class Turn(Record):
    """An episode, and its figures where it is scored."""

    episode: Episode
    played: Played | None = None

    @property
    def name(self) -> str:
        """Say which turn it is of its log or stream."""
        return self.episode.id


Kept = TypeVar("Kept", Turn, Played)


class Journal(Generic[Kept]):
    """A file of `kind` that only grows. Opened again, it gives what is kept before it goes on.

    A turn is on the disk before the next one begins; half a line that a kill left is dropped.
    """

    def __init__(self, path: Path, kind: type[Kept], deadline: Deadline) -> None:
        self._path = path
        self._deadline = deadline
        self._kept: Iterator[Kept] = _read(path, kind)
        self._going_on = False

    def take(self, name: str, make: Callable[[], Kept]) -> Kept | None:
        """Give the next turn: the one that is kept, else make and keep it; none when time is over.

        One is made whatever the time, so that a run gets on even if learning again from what is
        kept takes longer than all the time it has.

        Raises:
            StoreDamaged: another one is kept in its place.
        """
        kept = next(self._kept, None)
        if kept is None:
            return self._go_on(make)
        if kept.name != name:
            raise StoreDamaged(
                f"{str(self._path)!r} holds {kept.name!r} where {name!r} is due: two "
                "runs wrote into it at once; remove it, and run the same command again"
            )
        return kept

    def _go_on(self, make: Callable[[], Kept]) -> Kept | None:
        if self._going_on and self._deadline.passed:
            return None
        self._going_on = True
        turn = make()
        self._keep(turn)
        return turn

    def _keep(self, turn: Kept) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(f"{turn.model_dump_json()}\n".encode())
            file.flush()
            os.fsync(file.fileno())


def _read(path: Path, kind: type[Kept]) -> Iterator[Kept]:
    if path.exists():
        _drop_half_a_line(path)
        yield from read_records(path, kind)


def _drop_half_a_line(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)
