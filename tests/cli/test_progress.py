"""How far a long command is, where there is no terminal."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from threading import Event, Timer

import pytest

from skillmem.cli.progress import Lines, bars


class Clock:
    """A clock that stands still until it is set."""

    now = 0.0

    def __call__(self) -> float:
        """Give the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Give a clock at 0."""
    return Clock()


def test_the_beginning_and_the_first_piece_are_told(
    clock: Clock, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody waits for a tenth of a thousand units to learn that it works, and how fast."""
    lines = Lines(clock=clock)

    lines("units", 0, 1000)
    clock.now = 30.0
    lines("units", 1, 1000)
    clock.now = 59.0
    lines("units", 2, 1000)

    assert capsys.readouterr().err.splitlines() == [
        "units: 0 of 1000",
        "units: 1 of 1000, after 30 s, about 8 h 19 min left",
    ]


def test_a_line_comes_every_minute(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    """However small the share of a piece, a minute without a line is the most."""
    lines = Lines(clock=clock)
    for done in range(11):
        clock.now = 30.0 * done
        lines("units", done, 1000)

    told = [line.partition(",")[0] for line in capsys.readouterr().err.splitlines()]
    assert told == [f"units: {done} of 1000" for done in (0, 1, 3, 5, 7, 9)]


def test_a_line_comes_every_tenth(clock: Clock, capsys: pytest.CaptureFixture[str]) -> None:
    """However fast it goes, a dozen lines tell of a stage; one without work has none."""
    lines = Lines(clock=clock)
    lines("builds", 0, 0)
    for done in range(1, 101):
        lines("units", done, 100)

    told = capsys.readouterr().err.splitlines()
    assert len(told) == 12
    assert told[-1] == "units: 100 of 100"


def test_silence_is_broken_before_anything_is_finished(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """While the first piece takes long, lines say that it is still at it."""
    ticks: Iterator[int] = itertools.count(step=100)
    lines, over = Lines(silence=0.1, clock=lambda: float(next(ticks))), Event()
    lines("builds", 0, 3)

    timer = Timer(0.2, over.set)
    timer.start()
    lines.beat(over)
    timer.join()

    assert "builds: 0 of 3, after " in capsys.readouterr().err


def test_bars_are_for_terminals(capsys: pytest.CaptureFixture[str]) -> None:
    """Where there is no terminal, consolidating shows nothing but its result."""
    with bars() as shown:
        assert shown is None

    assert capsys.readouterr().err == ""
