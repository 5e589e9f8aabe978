"""Work in several processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skillmem.evals.workers import Workers

SLEEPERS = """
import os, signal, sys, time
from pathlib import Path
from skillmem.evals.workers import Workers

def sleep(folder):
    Path(folder, str(os.getpid())).touch()
    time.sleep(60)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Workers(2) as workers:
        list(workers.run(sleep, [sys.argv[1]] * 2))
"""


def work(number: int) -> None:
    """Fail on 13, as work sometimes does."""
    if number == 13:
        raise ValueError("unlucky")


def test_one_process_works_in_order() -> None:
    """With one process all is done here, one after the other."""
    with Workers(1) as workers:
        assert list(workers.run(work, [3, 1, 2])) == [3, 1, 2]


def test_failure_reaches_the_caller() -> None:
    """What fails in a worker fails here, and the other workers end."""
    with pytest.raises(ValueError, match="unlucky"), Workers(2) as workers:
        list(workers.run(work, [13, 13]))


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent(tmp_path: Path, death: signal.Signals) -> None:
    """Killed or interrupted, the parent leaves no process behind.

    The parent asks for interruptions itself: what starts the tests may ignore them.
    """
    script = tmp_path / "sleepers.py"
    script.write_text(SLEEPERS)
    marks = tmp_path / "marks"
    marks.mkdir()
    parent = subprocess.Popen(
        [sys.executable, str(script), str(marks)],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        stderr=subprocess.DEVNULL,
    )
    _wait_for(lambda: len(list(marks.iterdir())) == 2)
    sleepers = [int(mark.name) for mark in marks.iterdir()]

    parent.send_signal(death)
    try:
        parent.wait(timeout=10)
    finally:
        parent.kill()
        parent.wait()

    _wait_for(lambda: not any(map(_is_alive, sleepers)))


def _wait_for(happens: object) -> None:
    assert callable(happens)
    deadline = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _is_alive(process: int) -> bool:
    """Tell whether a process runs; one that nobody has reaped yet does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
