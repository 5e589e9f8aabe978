"""The causes of failures that others recorded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from skillmem import Episode, SkillMemory


def causes(file: Path) -> Counter[tuple[str, str]]:
    """Consolidate the episodes of a file, and count why its failures failed.

    What is judged to be the agent's mistake and becomes a lesson counts as `mistake`.
    """
    lines = file.read_text(encoding="utf-8").splitlines()
    episodes = [Episode.model_validate_json(line) for line in lines]
    with TemporaryDirectory() as folder, SkillMemory.open(Path(folder) / "memory") as memory:
        for episode in episodes:
            memory.record(episode)
        batch = memory.consolidate()
    lost = [it.id for it in episodes if it.outcome is None or not it.outcome.success]
    found = Counter[tuple[str, str]]()
    for name in lost:
        cause, _, reason = batch.skipped.get(name, "mistake: became a lesson").partition(": ")
        found[cause, reason] += 1
    return found
