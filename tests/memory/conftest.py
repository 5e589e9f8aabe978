"""An empty memory for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from skillmem import SkillMemory


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[SkillMemory]:
    """Open an empty memory in a folder of its own."""
    with SkillMemory.open(tmp_path / "memory") as opened:
        yield opened
