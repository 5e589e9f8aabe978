"""How far a long command is, on the error stream."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

import click

from skillmem.protocols import Watch

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID

TENTHS = 10
SILENCE = 60.0
"""Seconds after which a line is due, whether or not anything was finished."""

Clock = Callable[[], float]


@contextmanager
def bars() -> Iterator[Watch | None]:
    """Show bars on a terminal, and nothing elsewhere."""
    from rich.console import Console

    if not Console(stderr=True).is_terminal:
        yield None
        return
    with progress() as shown:
        yield shown


@contextmanager
def progress() -> Iterator[Watch]:
    """Show the stages of a command as they proceed; line by line where that is no terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        with _beating(Lines()) as lines:
            yield lines
        return
    from rich.progress import Progress

    with Progress(*_columns(), console=console) as shown:
        yield _Bars(shown)


def _columns() -> Iterator[ProgressColumn]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    yield TextColumn("{task.description:>9}")
    yield BarColumn()
    yield MofNCompleteColumn()
    yield TimeElapsedColumn()
    yield TextColumn("left:")
    yield TimeRemainingColumn()


class _Bars:
    """Shows a bar for each stage."""

    def __init__(self, shown: Progress) -> None:
        self._shown = shown
        self._bars: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show how far `stage` is."""
        if stage not in self._bars:
            self._bars[stage] = self._shown.add_task(stage, total=total)
        self._shown.update(self._bars[stage], completed=done, total=total)


class Lines:
    """Tells of a stage in lines: its beginning, its first piece, every tenth, and every minute."""

    def __init__(self, *, silence: float = SILENCE, clock: Clock = time.monotonic) -> None:
        self.silence = silence
        self._clock = clock
        self._lock = Lock()
        self._stage = ""
        self._done = self._total = self._before = 0
        self._begun = self._told = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take how far `stage` is, and tell it if a line is due."""
        if not total:
            return
        with self._lock:
            fresh, last = stage != self._stage, self._done
            if fresh:
                self._stage, self._before, self._begun = stage, done, self._clock()
            self._done, self._total = done, total
            if fresh or done == self._before + 1 or self._tenths(done) > self._tenths(last):
                self._tell()
            else:
                self._tell_if_silent()

    def beat(self, over: Event) -> None:
        """Tell how far it is whenever nothing was told for long, until it is over."""
        while not over.wait(self.silence / TENTHS):
            with self._lock:
                if self._done < self._total:
                    self._tell_if_silent()

    def _tenths(self, done: int) -> int:
        return done * TENTHS // self._total

    def _tell_if_silent(self) -> None:
        if self._clock() - self._told >= self.silence:
            self._tell()

    def _tell(self) -> None:
        from skillmem.evals.wording import duration

        now = self._clock()
        line = f"{self._stage}: {self._done} of {self._total}"
        if now - self._begun >= 1:
            line += f", after {duration(now - self._begun)}"
        if self._before < self._done < self._total:
            pace = (now - self._begun) / (self._done - self._before)
            line += f", about {duration(pace * (self._total - self._done))} left"
        click.echo(line, err=True)
        self._told = now


@contextmanager
def _beating(lines: Lines) -> Iterator[Lines]:
    """Let lines be told between the pieces too."""
    over = Event()
    thread = Thread(target=lines.beat, args=(over,), daemon=True)
    thread.start()
    try:
        yield lines
    finally:
        over.set()
        thread.join()
