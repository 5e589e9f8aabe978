"""How far a long command is, on the error stream."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID

TENTHS = 10

Watch = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Watch]:
    """Show the stages of a command as they proceed; line by line where that is no terminal."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines()
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

    yield TextColumn("{task.description:>8}")
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


class _Lines:
    """Tells of every tenth of a stage in a line, with the time left."""

    def __init__(self) -> None:
        self._begun: dict[str, tuple[float, int]] = {}

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell how far `stage` is."""
        begun, before = self._begun.setdefault(stage, (time.monotonic(), done))
        if not total or done * TENTHS // total == (done - 1) * TENTHS // total:
            return
        left = ""
        if before < done < total:
            seconds = (time.monotonic() - begun) / (done - before) * (total - done)
            left = f", about {seconds:.0f} s left"
        click.echo(f"{stage}: {done} of {total}{left}", err=True)
