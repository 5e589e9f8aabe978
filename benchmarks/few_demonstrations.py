"""Measure what an agent wins with a few demonstrations of each structure, and with all of them.

    python -m benchmarks.few_demonstrations [--builds 5] [--train 500] [--games 200] [--no-replay]
        [--numbers 4 3]

Each build is a memory of its own training games, consolidated once for each number of
demonstrations kept. All of them then play the same further drawn training games with the same
noise, so that what they win is compared game by game. No evaluation game is touched.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.household_runs import HouseholdRuns
from skillmem.config import Config, ConsolidationConfig
from skillmem.evals.statistics import difference_interval
from skillmem.memory import SkillMemory
from skillmem.protocols import Recall
from skillmem.types import Episode, Task

ALL = 10_000
NUMBERS = (8, 6, 4, 3, 2, 1)
TRAINING, PLAYING = 5_000, 4_999
"""Seeds of the drawn games: each build's is `TRAINING` and its number."""
BUDGET = 800


class Result(NamedTuple):
    """What one build won with one number of demonstrations, game by game."""

    build: int
    kept: int
    won: tuple[float, ...]


def main() -> None:
    """Print a line for each number of demonstrations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--builds", type=int, default=5)
    parser.add_argument("--train", type=int, default=500)
    parser.add_argument("--games", type=int, default=200)
    parser.add_argument("--no-replay", action="store_true")
    parser.add_argument("--numbers", type=int, nargs="+", default=NUMBERS)
    options = parser.parse_args()
    found: dict[int, list[Result]] = {number: [] for number in (ALL, *options.numbers)}
    for build in range(options.builds):
        runs = HouseholdRuns()
        log = list(runs.drawn(options.train, seed=TRAINING + build))
        for number, results in found.items():
            with _memory(log, runs, number, replay=not options.no_replay) as memory:
                results.append(_play(memory, build, options.games))
    for number, results in found.items():
        print(_line(number, results, found[ALL]), flush=True)


@contextmanager
def _memory(
    log: Sequence[Episode], runs: HouseholdRuns, number: int, *, replay: bool
) -> Iterator[SkillMemory]:
    """Remember a log, keeping so many demonstrations of each structure."""
    kept = ConsolidationConfig(
        demonstrations_per_structure=number,
        **({"structures_per_goal": ALL} if number == ALL else {}),
    )
    with (
        TemporaryDirectory() as folder,
        SkillMemory.open(Path(folder) / "memory", config=Config(consolidation=kept)) as memory,
    ):
        for episode in log:
            memory.record(episode)
        memory.consolidate(replay=runs.replay if replay else None)
        yield memory


def _play(memory: SkillMemory, build: int, games: int) -> Result:
    def recaller(task: Task) -> Recall:
        text = memory.retrieve(task, token_budget=BUDGET).text
        return lambda steps: text  # noqa: ARG005 - recalled once

    won = HouseholdRuns().drawn(games, seed=PLAYING, recaller=recaller)
    kept = sum(1 for _ in memory.items(kind="demonstration"))
    return Result(
        build, kept, tuple(float(it.outcome is not None and it.outcome.success) for it in won)
    )


def _line(number: int, found: Sequence[Result], whole: Sequence[Result]) -> str:
    """Tell what was won, and the paired difference from keeping all."""
    pairs = [
        (one - other, result.build, game)
        for result, full in zip(found, whole, strict=True)
        for game, (one, other) in enumerate(zip(result.won, full.won, strict=True))
    ]
    values, builds, tasks = zip(*pairs, strict=True)
    low, high = difference_interval(values, builds=builds, tasks=tasks)
    name = "all" if number == ALL else str(number)
    return (
        f"{name:>4} of a structure: {fmean(it.kept for it in found):6.1f} kept, "
        f"won {fmean(fmean(it.won) for it in found):.3f}, "
        f"difference {fmean(values):+.3f} [{low:+.3f}, {high:+.3f}]"
    )


if __name__ == "__main__":
    main()
