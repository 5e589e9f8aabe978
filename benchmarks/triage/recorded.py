"""The causes of failures that others recorded."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from skillmem import Episode, SkillMemory


def causes(file: Path) -> Counter[str]:
    """Consolidate the episodes of a file, and count why its failures failed, in words."""
    lines = file.read_text(encoding="utf-8").splitlines()
    episodes = [Episode.model_validate_json(line) for line in lines]
    with TemporaryDirectory() as folder, SkillMemory.open(Path(folder) / "memory") as memory:
        for episode in episodes:
            memory.record(episode)
        batch = memory.consolidate()
    lost = [it.id for it in episodes if it.outcome is None or not it.outcome.success]
    return Counter(batch.skipped.get(name, "mistake: became a lesson") for name in lost)
