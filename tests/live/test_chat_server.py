"""The chat policy on a real model, served by llama.cpp on this machine."""

from __future__ import annotations

import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import pytest

from agents.chat import make
from envs.household import make as make_suite
from skillmem import Episode, Step
from tests.live.models import require, small_model

ROOT = Path(__file__).parents[2]
LOADING_SECONDS = 60.0
STEPS = 8
SUITE = make_suite(max_steps=STEPS)
GAME = SUITE.tasks("train")[3]


class Served(NamedTuple):
    """A server's process and where its API begins."""

    process: subprocess.Popen[str]
    url: str


@contextmanager
def serving(model: Path) -> Iterator[Served]:
    """Serve a model at a free port, and kill the server in the end."""
    command = [sys.executable, "scripts/serve_model.py", str(model), "--port", "0"]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        yield Served(process, first_line(process))
    finally:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    """Wait for the line that a server prints when it is ready."""
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    stdout = process.stdout
    reader = threading.Thread(target=lambda: lines.put(stdout.readline()), daemon=True)
    reader.start()
    line = lines.get(timeout=LOADING_SECONDS).strip()
    assert line.startswith("http://127.0.0.1:"), line
    return line


@pytest.fixture(scope="module")
def model() -> Path:
    """Find the model."""
    require(find_spec("xllamacpp"), "xllamacpp is not installed")
    return small_model()


def play(url: str, *, kill: subprocess.Popen[str] | None = None) -> Episode:
    """Play a game; the server may be killed at the fourth decision."""

    def recall(steps: Sequence[Step]) -> str:
        if kill is not None and len(steps) == 3:
            kill.send_signal(signal.SIGKILL)
            kill.wait()
        return ""

    agent = make(base_url=url, timeout=100, tries=2)
    return agent.play(SUITE.open(GAME), SUITE.task(GAME), recall, 1)


def test_a_real_model_plays_a_whole_episode(model: Path) -> None:
    """A served model plays to the end and is judged, and reads each prompt's beginning once."""
    with serving(model) as served:
        episode = play(served.url)

    assert episode.outcome is not None
    assert (episode.ended_by, len(episode.steps)) in {("limit", STEPS), ("agent", STEPS)}
    assert all(step.action in step.admissible for step in episode.steps)
    usage = episode.metadata["usage"]
    assert isinstance(usage, dict)
    calls, read, cached = usage["calls"], usage["prompt_tokens"], usage["cached_tokens"]
    assert isinstance(calls, int)
    assert isinstance(read, int)
    assert isinstance(cached, int)
    assert STEPS <= calls <= 3 * STEPS
    assert cached > read / 2


def test_a_server_killed_in_the_middle_is_not_judged(model: Path) -> None:
    """When the server's process dies the episode keeps its steps, and has no verdict."""
    with serving(model) as served:
        episode = play(served.url, kill=served.process)

    assert (episode.outcome, episode.ended_by, len(episode.steps)) == (None, "error", 3)
    assert str(episode.metadata["error"]).startswith("ModelUnavailable: ")
    assert served.url in str(episode.metadata["error"])
