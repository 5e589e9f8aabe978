"""The figures on growth, time and memory are of what consolidation does."""

from __future__ import annotations

import pytest

from benchmarks import consolidation_speed
from benchmarks.growth import Row, bounded, measure
from benchmarks.growth_chart import growth_chart


def a_row(episodes: int, *, demonstrations: int = 50, milliseconds: float = 5.0) -> Row:
    """Make a row of a memory that doesn't grow."""
    return Row(
        episodes=episodes,
        demonstrations=demonstrations,
        lessons=20,
        milliseconds_per_episode=milliseconds,
        resident_megabytes=100.0,
        database_megabytes=10.0,
    )


def test_a_stream_gives_a_row_for_each_batch() -> None:
    """Each tells of a memory that has learnt from all episodes until then."""
    rows = list(measure(60, 20, replay=True))

    assert [row.episodes for row in rows] == [20, 40, 60]
    assert 0 < rows[0].demonstrations <= rows[-1].demonstrations
    assert all(row.milliseconds_per_episode > 0 for row in rows)


def test_growth_is_found(capsys: pytest.CaptureFixture[str]) -> None:
    """More items or more time at the end than a fifth above the middle are too much."""
    flat = [a_row(10 * number) for number in range(1, 21)]
    crowded = [*flat[:-1], a_row(200, demonstrations=90)]
    slow = [*flat[:-2], *(a_row(10 * number, milliseconds=9.0) for number in (19, 20))]

    assert bounded(flat)
    assert "at 100 and 200 episodes" in capsys.readouterr().out
    assert not bounded(crowded)
    assert not bounded(slow)


def test_growth_is_drawn() -> None:
    """The plot names its panels, and has a line for each kind of item."""
    text = growth_chart([a_row(100), a_row(200, demonstrations=60)])

    assert text.startswith("<svg")
    assert all(word in text for word in ("items", "demonstrations", "lessons", "resident memory"))


def test_speed_is_measured_with_replays_and_without(capsys: pytest.CaptureFixture[str]) -> None:
    """Few episodes take little of either."""
    assert consolidation_speed.main(["--episodes", "20"]) == 0

    told = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in told] == [
        "20 episodes without replay",
        "20 episodes with replay",
    ]
