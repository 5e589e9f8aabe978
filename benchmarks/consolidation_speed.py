"""Measure how long consolidating takes on one core, and how much memory.

    python -m benchmarks.consolidation_speed [--episodes 1000]

The scripted agent plays drawn training games; its episodes are recorded and consolidated at once by
the built-in distiller, in a process of its own: without replays, then with them. Memory is the
peak of that process while it consolidates, and by how much that exceeds what it held before (the
games included, which a replay needs). Ends with exit code 1 when either takes longer than ten
seconds or adds more than 500 MB.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.household_runs import HouseholdRuns
from skillmem.memory import SkillMemory

SEED = 81
SECONDS = 10.0
MEGABYTES = 500.0
KILOBYTE = 1024


class Taken(NamedTuple):
    """What a consolidation took: time by the clock and by the processor, memory in megabytes."""

    seconds: float
    processor_seconds: float
    peak: float
    added: float

    @property
    def good(self) -> bool:
        """Tell whether it is fast and small enough."""
        return self.processor_seconds < SECONDS and self.added < MEGABYTES


def main(arguments: Sequence[str]) -> int:
    """Print what both took; 1 when one of them took too much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--episodes", type=int, default=1000)
    count = parser.parse_args(arguments).episodes
    taken = [_alone(count, replay=replay) for replay in (False, True)]
    for name, it in zip(("without replay", "with replay"), taken, strict=True):
        print(
            f"{count} episodes {name}: {it.seconds:.1f} s ({it.processor_seconds:.1f} s of the "
            f"processor, at most {SECONDS:g}), peak {it.peak:.0f} MB, {it.added:.0f} MB more than "
            f"before (at most {MEGABYTES:g})"
        )
    return int(not all(it.good for it in taken))


def _alone(count: int, *, replay: bool) -> Taken:
    """Measure in a fresh process, so that a peak is of this consolidation."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, count, replay).result()


def _measure(count: int, replay: bool) -> Taken:  # noqa: FBT001 - sent to another process
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    runs = HouseholdRuns()
    with TemporaryDirectory() as folder, SkillMemory.open(Path(folder) / "memory") as memory:
        for episode in runs.drawn(count, seed=SEED):
            memory.record(episode)
        before, begun, clock = _peak(), time.process_time(), time.perf_counter()
        memory.consolidate(replay=runs.replay if replay else None)
        processor, seconds = time.process_time() - begun, time.perf_counter() - clock
    return Taken(seconds, processor, _peak(), _peak() - before)


def _peak() -> float:
    """Tell the most memory that this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KILOBYTE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
