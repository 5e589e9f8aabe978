"""The order in which runs are consolidated decides nothing that it should not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from skillmem import Demonstration, Episode, Lesson, SkillMemory
from skillmem.consolidation import BuiltInDistiller
from tests.memory.kitchen import failure, success


def texts(memory: SkillMemory) -> set[tuple[str, ...]]:
    """Give what the live items say, apart from ids and versions."""
    found: set[tuple[str, ...]] = set()
    for item in memory.items():
        match item:
            case Demonstration():
                found.add((item.task.goal, item.goal, *item.skeleton))
            case Lesson():
                found.add((item.goal, item.situation, item.mistake, item.advice))
    return found


def learnt(folder: Path, episodes: Sequence[Episode], *, at_once: bool) -> set[tuple[str, ...]]:
    """Consolidate after every episode, or once after all of them."""
    with SkillMemory.open(folder) as memory:
        for episode in episodes:
            memory.record(episode)
            if not at_once:
                memory.consolidate()
        memory.consolidate()
        return texts(memory)


RUNS = (
    success("apple"),
    failure("pear", "shelf"),
    success("cup", "shelf"),
    success("plate"),
    failure("fork"),
)


def test_one_by_one_is_as_good_as_all_at_once(tmp_path: Path) -> None:
    """What is known in the end does not depend on how often one consolidated."""
    one_by_one = learnt(tmp_path / "often", RUNS, at_once=False)

    assert one_by_one == learnt(tmp_path / "once", RUNS, at_once=True)
    assert any("clean" in "".join(entry) for entry in one_by_one)


def test_one_run_poisons_nothing(tmp_path: Path) -> None:
    """A first run alone does not make names of the words between its names."""
    with SkillMemory.open(tmp_path) as memory:
        memory.record(success("apple"))
        (made,) = memory.consolidate().demonstrations

    assert made.goal == "put a clean <A> in <B>."
    assert made.skeleton[-1] == "move <A> to <B>"


def test_a_failure_waits_for_its_first_success(memory: SkillMemory) -> None:
    """A failure that had nothing to be held against teaches as soon as a success is known."""
    failed = failure("pear", "shelf")
    memory.record(failed)
    first = memory.consolidate()
    assert failed.id in first.skipped

    memory.record(success("apple"))
    second = memory.consolidate()

    assert [lesson.episode_ids for lesson in second.lessons] == [(failed.id,)]
    assert failed.id not in second.skipped


class Overtaken(BuiltInDistiller):
    """A distiller during whose work another batch learns other words."""

    def __init__(self, folder: Path, episode: Episode) -> None:
        super().__init__()
        self._folder = folder
        self._episode: Episode | None = episode

    def distil(self, *runs: object, **known: object) -> None:
        """Let another memory consolidate first; say nothing of the failure."""
        assert runs
        assert known
        if self._episode is None:
            return
        with SkillMemory.open(self._folder) as other:
            other.record(self._episode)
            self._episode = None
            other.consolidate(episode_ids=[entry.id for entry in other.episodes()][-1:])


def test_a_race_loses_no_words(tmp_path: Path) -> None:
    """Of two batches that learn at the same time, both keep what they learnt."""
    with SkillMemory.open(tmp_path, distiller=Overtaken(tmp_path, success("cup", "shelf"))) as one:
        one.record(success("apple"))
        one.record(failure("pear"))
        one.consolidate()

    with SkillMemory.open(tmp_path) as memory:
        words = set(memory._store.lexicon(memory.namespace).entities)

    assert {"cup", "shelf", "apple", "pear"} <= words


@pytest.mark.parametrize("count", [1, 3])
def test_what_another_batch_holds_is_told(tmp_path: Path, count: int) -> None:
    """Episodes that a dead batch holds are counted, not passed over in silence."""
    with SkillMemory.open(tmp_path) as memory:
        for thing in ("apple", "pear", "cup")[:count]:
            memory.record(success(thing))
        memory._store.claim(memory.namespace, holder="dead", at=memory._clock(), lease_seconds=600)

        batch = memory.consolidate()

    assert (batch.leased, batch.demonstrations) == (count, ())
