"""Going back to an earlier version."""

from __future__ import annotations

import pytest

from skillmem import Episode, InvalidOption, MemoryItem, SkillMemory
from tests.memory.kitchen import LOST, clean_task, failure, success


def learn(memory: SkillMemory, *episodes: Episode) -> None:
    """Record and consolidate."""
    for episode in episodes:
        memory.record(episode)
    memory.consolidate()


def said(memory: SkillMemory) -> list[MemoryItem]:
    """Give the live items, apart from when and where they were made."""
    update = {"id": "", "version": 0}
    return [item.model_copy(update=update) for item in memory.items()]


def test_what_a_version_showed_is_shown_again(memory: SkillMemory) -> None:
    """Items and the text of a retrieval are those of that version; the history grows."""
    learn(memory, success("apple"), failure("pear"))
    first, text = said(memory), memory.retrieve(clean_task(), token_budget=800).text
    learn(memory, success("cup"), failure("fork"))
    assert said(memory) != first

    change = memory.rollback(1, reason="a bad batch")

    assert (change.kind, change.version, change.reason) == ("rollback", 3, "a bad batch")
    assert (memory.version, said(memory)) == (3, first)
    assert memory.retrieve(clean_task(), token_budget=800).text == text
    assert [it.kind for it in memory.changes()] == ["batch", "batch", "rollback"]


def test_a_rollback_can_be_undone(memory: SkillMemory) -> None:
    """Nothing is lost: the later version can be shown again."""
    learn(memory, success("apple"))
    learn(memory, success("cup"), failure("fork"))
    second = said(memory)
    memory.rollback(0)
    assert said(memory) == []

    memory.rollback(2)

    assert sorted(map(repr, said(memory))) == sorted(map(repr, second))


def test_going_nowhere_changes_nothing(memory: SkillMemory) -> None:
    """Going back to what is shown raises no version, whichever version showed it first."""
    learn(memory, success("apple"))
    assert memory.rollback(1).version == memory.version == 1
    learn(memory, success("cup"))

    memory.rollback(1)

    assert memory.rollback(1).version == memory.version == 3


def test_a_success_that_was_none_stays_away(memory: SkillMemory) -> None:
    """What was overturned since is not shown again."""
    episode = success("apple")
    learn(memory, episode)
    memory.add_outcome(episode.id, LOST)
    memory.consolidate()
    assert said(memory) == []

    memory.rollback(1)

    assert said(memory) == []


@pytest.mark.parametrize("version", [-1, 2])
def test_there_must_have_been_such_a_version(memory: SkillMemory, version: int) -> None:
    """The error names the value and what there is."""
    learn(memory, success("apple"))

    with pytest.raises(InvalidOption, match=f"no version {version}; pass one from 0 to 1"):
        memory.rollback(version)


def test_episodes_stay_consolidated_unless_named(memory: SkillMemory) -> None:
    """What was rolled back comes back only when one asks for it."""
    episode = success("apple")
    learn(memory, episode)
    memory.rollback(0)

    assert memory.consolidate().demonstrations == ()
    assert len(memory.consolidate(episode_ids=[episode.id]).demonstrations) == 1
