"""What failures leave: how few lessons, how many failures they cite, and what they rest on.

Usage: python -m benchmarks.lessons [--failures N] [--episodes FILE.jsonl]

Exits with 1 when there are more than 40 lessons, when they cite less than 0.8 of the failures
that triage calls mistakes, or when one of them names a thing.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from benchmarks.guards.runs import copies, played
from benchmarks.lessons.names import listed, named, shown
from skillmem import Batch, Episode, Lesson, SkillMemory

SEED = 33
MOST, CITED = 40, 0.8
NO_MISTAKE = ("fault", "limit", "task", "no verdict", "untrusted", "no steps")
WIDTH = 150


def main(arguments: Sequence[str]) -> int:
    """Print the lessons of recorded failures, or of so many that are played."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", type=int, default=500, help="failures to play for")
    parser.add_argument("--episodes", type=Path, help="recorded episodes instead")
    options = parser.parse_args(arguments)
    episodes = _played(options.failures) if options.episodes is None else _read(options.episodes)
    with TemporaryDirectory() as folder, SkillMemory.open(Path(folder) / "memory") as memory:
        for episode in episodes:
            memory.record(episode)
        batch = memory.consolidate(replay=None if options.episodes else copies())
        lessons = [it for it in memory.items(kind="lesson") if isinstance(it, Lesson)]
    return _tell(episodes, batch, lessons)


def _played(failures: int) -> list[Episode]:
    """Play drawn games until so many are lost."""
    episodes: list[Episode] = []
    lost = 0
    for episode in played(10 * failures, SEED):
        episodes.append(episode)
        lost += episode.outcome is not None and not episode.outcome.success
        if lost == failures:
            break
    return episodes


def _read(file: Path) -> list[Episode]:
    lines = file.read_text(encoding="utf-8").splitlines()
    return [Episode.model_validate_json(line) for line in lines]


def _tell(episodes: Sequence[Episode], batch: Batch, lessons: Sequence[Lesson]) -> int:
    failures = {it.id for it in episodes if it.outcome is not None and not it.outcome.success}
    excused = {name for name, why in batch.skipped.items() if why.startswith(NO_MISTAKE)}
    names = listed() | shown(episodes)
    distilled = [it for it in lessons if it.guard is None]
    cited = {name for it in distilled for name in it.episode_ids}
    mistakes = failures - excused
    wrong = {it.id: found for it in lessons if (found := named(it, names))}
    _print_table(distilled)
    for lesson in lessons:
        if lesson.id in wrong:
            print(f"names {', '.join(wrong[lesson.id])}: {lesson.mistake} {lesson.advice!r}")
    share = len(cited) / len(mistakes) if mistakes else 0.0
    print(
        f"{len(failures)} failures, {len(mistakes)} of them mistakes or unknown: "
        f"{len(distilled)} lessons cite {len(cited)} of these, {share:.3f} "
        f"(at most {MOST} should cite at least {CITED}); "
        f"{len(lessons) - len(distilled)} more have a guard"
    )
    print(f"{len(wrong)} of {len(lessons)} name one of {len(names)} things, or hold a digit")
    return int(bool(wrong) or len(distilled) > MOST or share < CITED)


def _print_table(lessons: Sequence[Lesson]) -> None:
    table = Table("failures", "support", "against", "when the goal reads", "mistake")
    for lesson in sorted(lessons, key=lambda it: -len(it.episode_ids)):
        table.add_row(
            str(len(lesson.episode_ids)),
            str(len(lesson.model_ids)),
            str(len(lesson.counterexample_ids)),
            lesson.goal,
            lesson.mistake,
        )
    Console(width=WIDTH).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
