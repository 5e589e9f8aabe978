"""Measure how a memory grows over thousands of episodes: in items, in time, in size.

    python -m benchmarks.growth [--episodes 10000] [--batch 100] [--out growth.csv] [--plot FILE]

The scripted agent plays drawn training games of the household, without memory; its episodes are
recorded and consolidated batch by batch, with replays. A line of the CSV tells of each batch: the
items that are live by kind, the processor's time for consolidation per episode, the resident
memory of the process, games included, and the size of the database. What stands at half the
episodes is compared with what stands at the end, time as the median of a tenth of all batches.
Ends with exit code 1 when items or time have grown by more than a fifth.
"""

from __future__ import annotations

import argparse
import csv
import gc
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.growth_chart import growth_chart
from benchmarks.household_runs import HouseholdRuns
from skillmem.memory import SkillMemory
from skillmem.protocols import Replay

SEED = 41
GROWTH = 1.2
MEGABYTE = 2**20
WINDOW = 0.1
"""The share of all batches over which seconds are taken, before each point compared."""


class Row(NamedTuple):
    """What stands after a batch."""

    episodes: int
    demonstrations: int
    lessons: int
    milliseconds_per_episode: float
    resident_megabytes: float
    database_megabytes: float


def main(arguments: Sequence[str]) -> int:
    """Print how items and seconds have grown; 1 when either did by more than a fifth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--no-replay", action="store_true", help="consolidate without replays")
    parser.add_argument("--out", type=Path, help="write the rows here, as CSV")
    parser.add_argument("--plot", type=Path, help="draw them here, as SVG")
    options = parser.parse_args(arguments)
    rows = []
    for row in measure(options.episodes, options.batch, replay=not options.no_replay):
        rows.append(row)
        if row.episodes % (10 * options.batch) == 0:
            print(_line(row), flush=True)
    if options.out:
        _write(options.out, rows)
    if options.plot:
        options.plot.write_text(growth_chart(rows), encoding="utf-8")
    return int(not bounded(rows))


def measure(episodes: int, batch: int, *, replay: bool) -> Iterator[Row]:
    """Play and consolidate, and give a row after each batch."""
    runs = HouseholdRuns()
    played = runs.drawn(episodes, seed=SEED)
    with TemporaryDirectory() as folder, SkillMemory.open(Path(folder) / "memory") as memory:
        for done in range(batch, episodes + 1, batch):
            for episode in islice(played, batch):
                memory.record(episode)
            seconds = _seconds(memory, runs.replay if replay else None)
            kinds = Counter(item.kind for item in memory.items())
            yield Row(
                episodes=done,
                demonstrations=kinds["demonstration"],
                lessons=kinds["lesson"],
                milliseconds_per_episode=round(1000 * seconds / batch, 2),
                resident_megabytes=round(_resident() / MEGABYTE, 1),
                database_megabytes=round(_size(Path(folder)) / MEGABYTE, 1),
            )


def _seconds(memory: SkillMemory, replay: Replay | None) -> float:
    """Consolidate, and tell the seconds that the processor took.

    The games that the benchmark holds are hidden from the garbage collector meanwhile: looking
    through them would be counted as consolidation.
    """
    gc.collect()
    gc.freeze()
    started = time.process_time()
    memory.consolidate(replay=replay)
    seconds = time.process_time() - started
    gc.unfreeze()
    return seconds


def _resident() -> int:
    """Tell the bytes that this process holds in memory."""
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * 4096


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _line(row: Row) -> str:
    return (
        f"{row.episodes:6}: {row.demonstrations} demonstrations, {row.lessons} lessons, "
        f"{row.milliseconds_per_episode:.1f} ms an episode, {row.resident_megabytes:.0f} MB "
        f"resident, {row.database_megabytes:.0f} MB of database"
    )


def _write(file: Path, rows: Sequence[Row]) -> None:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(Row._fields)
        writer.writerows(rows)


def bounded(rows: Sequence[Row]) -> bool:
    """Print what stands at half the episodes and at the end; tell whether that grew little."""
    half, end = rows[: len(rows) // 2], rows
    grown = {
        "demonstrations": (half[-1].demonstrations, end[-1].demonstrations),
        "lessons": (half[-1].lessons, end[-1].lessons),
        "items": tuple(it[-1].demonstrations + it[-1].lessons for it in (half, end)),
        "ms an episode": (_pace(half, len(rows)), _pace(end, len(rows))),
    }
    print(f"at {half[-1].episodes} and {end[-1].episodes} episodes:")
    for name, (before, after) in grown.items():
        print(f"  {name}: {before:g} and {after:g}, {after / max(before, 1e-9):.2f} times")
    asked = (grown["items"], grown["ms an episode"])
    return all(after <= GROWTH * before for before, after in asked)


def _pace(rows: Sequence[Row], whole: int) -> float:
    window = max(1, round(WINDOW * whole))
    return median(row.milliseconds_per_episode for row in rows[-window:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
