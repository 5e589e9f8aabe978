"""Processes that are killed, and processes that work on one store at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread

import skillmem
from skillmem.stores import SqlStore
from skillmem.testing.records import NAMESPACE, a_step, a_success

PLAYERS = Path(__file__).with_name("players.py")
ACKNOWLEDGED = 25


def test_a_killed_process_loses_nothing_acknowledged(tmp_path: Path) -> None:
    """Every step and version that a call returned for is there, and nothing half written."""
    with _start("write", tmp_path) as player:
        assert player.stdout is not None
        lines = [player.stdout.readline().split() for _ in range(ACKNOWLEDGED)]
        player.send_signal(signal.SIGKILL)

    with closing(SqlStore.open(tmp_path)) as store:
        logged = store.episode(NAMESPACE, "endless")
        assert len(logged.episode.steps) >= len(lines) == ACKNOWLEDGED
        assert logged.episode.steps == tuple(a_step(n) for n in range(len(logged.episode.steps)))
        made = [item.id for item in store.items(NAMESPACE)]
        assert made[:ACKNOWLEDGED] == [item_id for _, item_id in lines]
        changes = list(store.changes(NAMESPACE))
        assert [change.added for change in changes] == [(item_id,) for item_id in made]
        assert store.version(NAMESPACE) == len(made)
        store.put_episode(NAMESPACE, a_success())


def test_two_processes_work_together(tmp_path: Path) -> None:
    """No episode is claimed twice, none is left, and versions have no gaps."""
    players = [_start("work", tmp_path / "memory") for _ in range(2)]
    claimed = [player.communicate(timeout=60)[0].split() for player in players]

    assert [player.returncode for player in players] == [0, 0]
    with closing(SqlStore.open(tmp_path / "memory")) as store:
        episodes = list(store.episodes(NAMESPACE))
        assert len(episodes) == 12
        assert sorted(claimed[0] + claimed[1]) == sorted(each.episode.id for each in episodes)
        assert {each.state for each in episodes} == {"done"}
        versions = [change.version for change in store.changes(NAMESPACE)]
        assert versions == list(range(1, store.version(NAMESPACE) + 1))
        assert [item.version for item in store.items(NAMESPACE)] == versions


def test_threads_may_share_a_store(tmp_path: Path) -> None:
    """Writers wait for each other, readers for nobody."""
    with closing(SqlStore.open(tmp_path)) as store:
        seen: list[int] = []

        def write() -> None:
            for _ in range(5):
                store.put_episode(NAMESPACE, a_success())

        def read() -> None:
            seen.extend(len(list(store.episodes(NAMESPACE))) for _ in range(5))

        threads = [Thread(target=target) for target in (write, read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(list(store.episodes(NAMESPACE))) == 20
        assert len(seen) == 20


def _start(name: str, folder: Path) -> subprocess.Popen[str]:
    """Start a player that imports the skillmem that is tested."""
    root = str(Path(skillmem.__file__).parents[1])
    return subprocess.Popen(
        [sys.executable, str(PLAYERS), name, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": root},
    )
