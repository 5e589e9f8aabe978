"""The script that converts KnowAgent's transcripts."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

SCRIPT = Path(__file__).parents[2] / "scripts" / "convert_knowagent.py"
TRANSCRIPT = """You are in a room. You see a shelf 1.
Your task is to: put some pen on shelf.
> Think: I look first.
> ActionPath: Start
> go to shelf 1
On the shelf 1, you see a pen 1.
> take pen 1 from shelf 1
Nothing happens.
> put pen 1 in/on shelf 1
You put the pen 1 in/on the shelf 1.
> go to sh"""


def script() -> ModuleType:
    """Load the script as a module."""
    spec = importlib.util.spec_from_file_location("convert_knowagent", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_transcript_becomes_an_episode() -> None:
    """Thoughts go to the action after them, and actions are in today's grammar."""
    run = {"run": "D0", "game": "pick-Pen/trial", "result": False, "transcript": TRANSCRIPT}

    episode = script().episode(run)

    assert episode.task.goal == "put some pen on shelf."
    assert [step.action for step in episode.steps] == [
        *("go to shelf 1", "take pen 1 from shelf 1", "move pen 1 to shelf 1"),
    ]
    assert episode.steps[0].thought == "Think: I look first.\nActionPath: Start"
    assert episode.outcome is not None
    assert not episode.outcome.success
    assert episode.ended_by == "limit"


def test_zero_is_no_verdict() -> None:
    """The number 0 is not the verdict `false`: that run was broken off unjudged."""
    run = {"run": "D0", "game": "pick-Pen/trial", "result": 0, "transcript": TRANSCRIPT}

    episode = script().episode(run)

    assert episode.outcome is None
    assert episode.ended_by == "error"
