"""Runs to learn from: successes, and failures that are the agent's own doing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.guards.runs import played
from skillmem import Config, ConsolidationConfig, Episode, Lesson, SkillMemory, SpendingConfig
from skillmem.protocols import Distiller

SEED = 35
"""Seed of the drawn training games; no other benchmark plays these."""
SUCCESSES = 40
GAMES_A_FAILURE = 20


class Runs(NamedTuple):
    """What was played: some successes, and failures that the built-in distiller can tell."""

    successes: tuple[Episode, ...]
    failures: tuple[Episode, ...]


def play(failures: int) -> Runs:
    """Play drawn games until there are so many failures that are mistakes."""
    won: list[Episode] = []
    lost: list[Episode] = []
    for episode in played(GAMES_A_FAILURE * (failures + SUCCESSES), SEED):
        success = episode.outcome is not None and episode.outcome.success
        (won if success else lost).append(episode)
        if len(won) >= SUCCESSES and len(lost) >= 2 * failures:
            told = mistakes(won[:SUCCESSES], lost)
            if len(told) >= failures:
                return Runs(tuple(won[:SUCCESSES]), tuple(told[:failures]))
    raise SystemExit(f"too few games for {failures} failures")


def mistakes(successes: Sequence[Episode], failures: Sequence[Episode]) -> list[Episode]:
    """Pick the failures of which the built-in distiller makes lessons."""
    with TemporaryDirectory() as folder, SkillMemory.open(folder) as memory:
        for episode in (*successes, *failures):
            memory.record(episode)
        memory.consolidate()
        named = {name for lesson in lessons_of(memory) for name in lesson.episode_ids}
    return [it for it in failures if it.id in named]


def opened(
    folder: Path, runs: Runs, distiller: Distiller | None, spending: SpendingConfig
) -> SkillMemory:
    """Open a memory that has learnt from the successes, and has the failures before it."""
    config = Config(consolidation=ConsolidationConfig(spending=spending))
    memory = SkillMemory.open(folder, distiller=distiller, config=config)
    for episode in runs.successes:
        memory.record(episode)
    memory.consolidate()
    for episode in runs.failures:
        memory.record(episode)
    return memory


def lessons_of(memory: SkillMemory) -> tuple[Lesson, ...]:
    """Give the lessons that a distiller worded."""
    found = (it for it in memory.items(kind="lesson") if isinstance(it, Lesson))
    return tuple(it for it in found if it.guard is None)
