"""A memory of many successes of one structure stays small, and can be taken back."""

from __future__ import annotations

from pathlib import Path

from skillmem import Demonstration, SkillMemory
from skillmem.config import Config, ConsolidationConfig
from tests.memory.kitchen import LOST, failure, success

THINGS = ("apple", "pear", "cup", "plate", "fork", "knife", "spoon", "bowl", "jar", "pan")
MOST = ConsolidationConfig().demonstrations_per_structure


def shown(memory: SkillMemory) -> list[Demonstration]:
    """Give the live demonstrations."""
    return [item for item in memory.items() if isinstance(item, Demonstration)]


def test_a_structure_keeps_a_few(memory: SkillMemory) -> None:
    """Every success stands behind one that is shown, and says where it went."""
    episodes = [memory.record(success(thing)) for thing in THINGS]
    batch = memory.consolidate()

    kept = shown(memory)

    assert len(kept) == len(batch.demonstrations) == MOST
    assert {name for item in kept for name in item.episode_ids} == {it.id for it in episodes}
    assert batch.skipped == {}


def test_what_brings_nothing_better_raises_no_version(tmp_path: Path) -> None:
    """Once demonstrations name as many episodes as they may, more of the same changes nothing."""
    config = Config(consolidation=ConsolidationConfig(episodes_per_demonstration=1))
    with SkillMemory.open(tmp_path, config=config) as memory:
        for thing in THINGS:
            memory.record(success(thing))
        first = memory.consolidate()
        memory.record(success("apple"))
        second = memory.consolidate()

    assert (second.version, second.demonstrations, second.retired) == (first.version, (), ())


def test_another_success_takes_the_place_of_one_that_was_none(memory: SkillMemory) -> None:
    """Overturned, what was shown goes; one of those merged into it is shown instead."""
    for thing in THINGS:
        memory.record(success(thing))
    memory.consolidate()
    gone = next(item for item in shown(memory) if len(item.episode_ids) > 1)

    memory.add_outcome(gone.episode_ids[0], LOST)
    memory.consolidate()

    kept = shown(memory)
    named = {name for item in kept for name in item.episode_ids}
    assert len(kept) == MOST
    assert gone.task.goal not in {item.task.goal for item in kept}
    assert set(gone.episode_ids[1:]) <= named
    assert gone.episode_ids[0] not in named


def test_a_consolidation_tells_how_far_it_is(memory: SkillMemory) -> None:
    """Each stage begins at nothing, ends with all of its episodes, and leaves none out."""
    for thing in THINGS:
        memory.record(success(thing))
        memory.record(failure(thing))
    told: list[tuple[str, int, int]] = []

    memory.consolidate(progress=lambda *it: told.append(it))

    both = ("successes", "failures")
    assert told == [(stage, done, len(THINGS)) for stage in both for done in range(len(THINGS) + 1)]
