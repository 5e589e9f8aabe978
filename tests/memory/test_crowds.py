"""Several processes and threads on one memory."""

from __future__ import annotations

import multiprocessing
import threading
from pathlib import Path

import pytest

from skillmem import Episode, SkillMemory
from skillmem.consolidation import BuiltInDistiller
from skillmem.protocols import Distiller
from tests.memory.kitchen import clean_task, failure, success

THINGS = ("apple", "pear", "cup", "plate", "fork", "bowl")


def record_and_consolidate(folder: Path, number: int) -> None:
    """Record some successes and consolidate after each."""
    with SkillMemory.open(folder) as memory:
        for thing in THINGS[number::2]:
            memory.record(success(thing))
            memory.consolidate()


def test_two_processes_lose_nothing(tmp_path: Path) -> None:
    """Batches of two processes interleave: every episode once, versions without gaps."""
    SkillMemory.open(tmp_path).close()
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=record_and_consolidate, args=(tmp_path, number))
        for number in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)

    assert [worker.exitcode for worker in workers] == [0, 0]
    with SkillMemory.open(tmp_path) as memory:
        memory.consolidate()
        rests_on = [id_ for item in memory.items() for id_ in item.episode_ids]
        versions = [change.version for change in memory.changes()]
        assert len(rests_on) == len(set(rests_on)) == len(THINGS)
        assert versions == list(range(1, memory.version + 1))


class Meanwhile:
    """A distiller during whose work another batch is committed."""

    def __init__(self, folder: Path, episode: Episode) -> None:
        self._folder = folder
        self._episode = episode
        self.name = "meanwhile"

    def distil(self, failure: Episode, **known: object) -> None:
        """Let another memory consolidate first."""
        assert failure
        assert known
        with SkillMemory.open(self._folder) as other:
            other.record(self._episode)
            other.consolidate(episode_ids=[self._episode.id])


def test_a_batch_that_was_overtaken_merges_again(tmp_path: Path) -> None:
    """When another batch commits first, nothing of either is lost or doubled."""
    overtaking = success("apple")
    distiller: Distiller = Meanwhile(tmp_path, overtaking)
    with SkillMemory.open(tmp_path, distiller=distiller) as memory:
        same = success("apple")
        memory.record(same)
        memory.record(failure("pear"))
        batch = memory.consolidate()

        (item,) = memory.items()
        assert set(item.episode_ids) == {overtaking.id, same.id}
        assert batch.version == memory.version == 2


class Failing(BuiltInDistiller):
    """A distiller that breaks."""

    def distil(self, *_: object, **__: object) -> None:
        """Break."""
        raise ConnectionError("the model's server went away")


def test_a_broken_distiller_gives_the_episodes_back(tmp_path: Path) -> None:
    """When a batch breaks, its episodes wait for the next one at once."""
    with SkillMemory.open(tmp_path, distiller=Failing()) as memory:
        memory.record(success("apple"))
        memory.record(failure("pear", "shelf"))
        with pytest.raises(ConnectionError):
            memory.consolidate()
        assert memory.version == 0

    with SkillMemory.open(tmp_path) as memory:
        assert len(memory.consolidate().demonstrations) == 1


def test_threads_share_a_memory(memory: SkillMemory) -> None:
    """Threads may retrieve while another consolidates."""
    errors: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(20):
                memory.retrieve(clean_task(), token_budget=300)
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test shall fail by it
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for thing in THINGS:
        memory.record(success(thing))
        memory.consolidate()
    for reader in readers:
        reader.join()

    assert errors == []
