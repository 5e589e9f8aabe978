"""How precise guards are: mined from some runs, and held against others.

Usage: python -m benchmarks.guards [--mined N] [--fresh N] [--episodes FILE.jsonl]

A success that breaks a guard is a false alarm. With --episodes the judged ones of a file are
parted: guards are mined from one half and held against the other, and the other way round.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from benchmarks.guards.runs import played
from skillmem import Episode, Lesson, SkillMemory

ASKED = 0.98
MINED_SEED, FRESH_SEED = 31, 32


class Broken(NamedTuple):
    """Which guards a fresh run broke, by id."""

    success: bool
    guards: frozenset[str]


def main(arguments: Sequence[str]) -> int:
    """Print the guards and what broke them; 1 when they are less precise than asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mined", type=int, default=2400, help="episodes to mine guards from")
    parser.add_argument("--fresh", type=int, default=500, help="episodes to hold them against")
    parser.add_argument("--episodes", type=Path, help="recorded episodes, parted in halves")
    options = parser.parse_args(arguments)
    parts: Iterable[tuple[Iterable[Episode], Iterable[Episode]]]
    if options.episodes is None:
        parts = [(played(options.mined, MINED_SEED), played(options.fresh, FRESH_SEED))]
    else:
        parts = halves(options.episodes)
    return int(min([tell(known, fresh) for known, fresh in parts]) < ASKED)


def halves(file: Path) -> Iterator[tuple[list[Episode], list[Episode]]]:
    """Part recorded episodes by turns, and give both ways round."""
    lines = file.read_text(encoding="utf-8").splitlines()
    episodes = [Episode.model_validate_json(line) for line in lines]
    judged = [it for it in episodes if it.outcome is not None]
    yield judged[::2], judged[1::2]
    yield judged[1::2], judged[::2]


def tell(known: Iterable[Episode], fresh: Iterable[Episode]) -> float:
    """Print what guards some runs teach and which others break; give their precision."""
    with TemporaryDirectory() as folder, SkillMemory.open(Path(folder) / "memory") as memory:
        lost = sum(_record(memory, episode) for episode in known)
        memory.consolidate()
        guards = [it for it in memory.items(kind="lesson") if isinstance(it, Lesson) and it.guard]
        runs = [_held(memory, episode) for episode in fresh if episode.outcome is not None]
    failures = sum(not run.success for run in runs)
    print(f"{len(guards)} guards, mined from runs of which {lost} failed")
    _print_table(guards, runs)
    broke = [run.success for run in runs if run.guards]
    precision = broke.count(False) / len(broke) if broke else 0.0
    print(
        f"{len(runs)} fresh runs, {failures} of them failed: {broke.count(False)} of these and "
        f"{broke.count(True)} successes break a guard; precision {precision:.3f}, "
        f"at least {ASKED} should be"
    )
    return precision


def _record(memory: SkillMemory, episode: Episode) -> bool:
    memory.record(episode)
    return episode.outcome is not None and not episode.outcome.success


def _held(memory: SkillMemory, episode: Episode) -> Broken:
    """Check each step of a run as an agent would have: before it is done."""
    assert episode.outcome is not None
    broken = set[str]()
    for place, step in enumerate(episode.steps):
        found = memory.check(step, task=episode.task, steps=episode.steps[:place])
        broken.update(it.lesson.id for it in found)
    return Broken(episode.outcome.success, frozenset(broken))


def _print_table(guards: Sequence[Lesson], runs: Sequence[Broken]) -> None:
    table = Table("guard", "when the goal reads", "kept", "broke", "fresh: failures", "successes")
    for lesson in guards:
        guard = lesson.guard
        assert guard is not None
        hit = [run.success for run in runs if lesson.id in run.guards]
        told = f"{guard.action} at most {guard.limit or 0}"
        told += f" before {guard.other}" if guard.other else ""
        table.add_row(
            told,
            lesson.goal or "anything",
            str(guard.support),
            str(len(lesson.episode_ids)),
            str(hit.count(False)),
            str(hit.count(True)),
        )
    Console(width=150).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
