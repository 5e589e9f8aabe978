"""The command line, called in an empty folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from skillmem import Episode, Outcome, SkillMemory, Step, Task
from skillmem.cli.group import commands

Call = Callable[..., Result]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Call the command line with these words, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner(catch_exceptions=False)

    def run(*words: str) -> Result:
        return runner.invoke(commands, words, prog_name="skillmem")

    return run


def won(name: str, thing: str) -> Episode:
    """Make a success."""
    return Episode(
        id=name,
        task=Task(goal=f"put a clean {thing} in fridge."),
        steps=(
            Step(action=f"take {thing} 1 from table 1", observation=f"You take the {thing} 1."),
            Step(action=f"clean {thing} 1 with sink 1", observation=f"You clean the {thing} 1."),
            Step(action=f"move {thing} 1 to fridge 1", observation="Done."),
        ),
        outcome=Outcome(success=True, verifier_kind="environment", verifier="kitchen"),
    )


@pytest.fixture
def kitchen(tmp_path: Path) -> Path:
    """Make a memory at ./kitchen: two successes, an episode without verdict, one that waits."""
    location = tmp_path / "kitchen"
    with SkillMemory.open(location, namespace=("acme", "cook")) as memory:
        memory.record(won("first", "apple"))
        memory.record(won("second", "pear"))
        memory.record(won("unjudged", "plum").model_copy(update={"outcome": None}))
        memory.consolidate()
        memory.record(won("waiting", "fig"))
    return location
