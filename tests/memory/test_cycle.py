"""The whole cycle: retrieve, act, record, consolidate, retrieve again."""

from __future__ import annotations

from pathlib import Path

import pytest

from skillmem import Demonstration, Lesson, Outcome, SkillMemory
from skillmem.testing.embedders import HashingEmbedder
from tests.memory.kitchen import LOST, WON, clean_task, failure, success


def test_an_empty_memory_gives_empty_text(memory: SkillMemory) -> None:
    """A retrieval from nothing is no error: no text, no tokens, version 0."""
    retrieval = memory.retrieve(clean_task(), token_budget=800)

    assert (retrieval.text, retrieval.tokens, retrieval.items) == ("", 0, ())
    assert memory.version == 0


def test_what_succeeded_is_shown_for_a_like_task(memory: SkillMemory) -> None:
    """A success becomes a concrete demonstration, shown for another thing of its kind."""
    memory.record(success("apple"))
    batch = memory.consolidate()

    retrieval = memory.retrieve(clean_task("pear"), token_budget=800)

    assert [item.kind for item in retrieval.items] == ["demonstration"]
    assert "> clean apple 1 with sink 1" in retrieval.text
    assert batch.version == memory.version == retrieval.version == 1
    assert batch.cost.model_calls == 0


def test_what_failed_becomes_a_lesson_without_names(memory: SkillMemory) -> None:
    """A failure becomes advice that holds no name and no digit of the run."""
    memory.record(success("apple"))
    memory.record(failure("pear", "shelf"))
    batch = memory.consolidate()

    (lesson,) = batch.lessons
    said = f"{lesson.situation} {lesson.mistake} {lesson.advice} {lesson.goal}"

    assert "clean" in said
    assert "pear" not in said
    assert "shelf" not in said
    assert not any(char.isdigit() for char in said)


def test_an_episode_without_verdict_stays_raw(memory: SkillMemory) -> None:
    """Without a verdict from outside nothing becomes memory, and the reason is given."""
    episode = success().model_copy(update={"outcome": None})
    memory.record(episode)

    batch = memory.consolidate()

    assert "no verdict" in batch.skipped[episode.id]
    assert memory.version == batch.version == 0
    assert [stored.id for stored in memory.episodes()] == [episode.id]


def test_an_episode_without_steps_stays_raw(memory: SkillMemory) -> None:
    """An episode in which nothing was done is kept, and teaches nothing."""
    episode = success().model_copy(update={"steps": ()})
    memory.record(episode)

    assert "no steps" in memory.consolidate().skipped[episode.id]


def test_a_judge_alone_is_not_trusted(memory: SkillMemory) -> None:
    """The verdict of a model does not consolidate by itself."""
    episode = success().model_copy(
        update={"outcome": Outcome(success=True, verifier_kind="judge", verifier="a model")}
    )
    memory.record(episode)

    assert "judge" in memory.consolidate().skipped[episode.id]


def test_a_verdict_that_comes_later_counts(memory: SkillMemory) -> None:
    """An episode waits for its verdict, and is consolidated when it has come."""
    episode = success().model_copy(update={"outcome": None})
    memory.record(episode)
    memory.consolidate()

    memory.add_outcome(episode.id, WON)

    assert [item.episode_ids for item in memory.consolidate().demonstrations] == [(episode.id,)]


def test_an_overturned_verdict_retires_what_came_of_it(memory: SkillMemory) -> None:
    """What rests on a verdict goes when a newer, equally trusted one says the opposite."""
    episode = success()
    memory.record(episode)
    (made,) = memory.consolidate().demonstrations

    memory.add_outcome(episode.id, LOST)
    batch = memory.consolidate()

    assert batch.retired == (made.id,)
    assert [item for item in memory.items() if isinstance(item, Demonstration)] == []
    (past,) = [item for item in memory.items(include_retired=True) if item.id == made.id]
    assert past.retired_in == batch.version == 2


def test_a_less_trusted_verdict_overturns_nothing(memory: SkillMemory) -> None:
    """A user's word does not undo what the environment said."""
    episode = success()
    memory.record(episode)
    memory.consolidate()
    memory.add_outcome(episode.id, Outcome(success=False, verifier_kind="user"))

    batch = memory.consolidate()

    assert batch.retired == ()
    assert len(list(memory.items(kind="demonstration"))) == 1


def test_the_same_success_twice_is_one_demonstration(memory: SkillMemory) -> None:
    """Repetition adds to what an item rests on, not to the number of items."""
    first, second = success(), success()
    memory.record(first)
    memory.consolidate()
    memory.record(second)
    memory.consolidate()

    (item,) = memory.items()

    assert set(item.episode_ids) == {first.id, second.id}


def test_an_empty_batch_raises_nothing(memory: SkillMemory) -> None:
    """Consolidating when nothing waits leaves the version as it is."""
    memory.record(success())
    memory.consolidate()

    batch = memory.consolidate()

    assert (batch.version, batch.demonstrations, batch.skipped) == (1, (), {})
    assert [change.version for change in memory.changes()] == [1]


def test_named_episodes_only(memory: SkillMemory) -> None:
    """A batch can be told which episodes to take; the others wait."""
    taken, left = success("apple"), success("cup", "shelf")
    memory.record(taken)
    memory.record(left)

    batch = memory.consolidate(episode_ids=[taken.id])

    assert [item.episode_ids for item in batch.demonstrations] == [(taken.id,)]
    assert [item.episode_ids for item in memory.consolidate().demonstrations] == [(left.id,)]


def test_namespaces_do_not_meet(tmp_path: Path) -> None:
    """What one namespace learnt is not seen from another in the same store."""
    with SkillMemory.open(tmp_path, namespace=("a", "b")) as one:
        one.record(success())
        one.consolidate()

    for other in (("a",), ("ab",), ("a", "b", "c")):
        with SkillMemory.open(tmp_path, namespace=other) as elsewhere:
            assert elsewhere.retrieve(clean_task(), token_budget=800).text == ""
            assert elsewhere.version == 0


def test_a_memory_is_the_same_when_opened_again(tmp_path: Path) -> None:
    """Closing and opening changes neither the text nor the fingerprint."""
    with SkillMemory.open(tmp_path) as memory:
        memory.record(success())
        memory.record(failure("pear", "shelf"))
        memory.consolidate()
        before = memory.retrieve(clean_task("cup"), token_budget=400)

    with SkillMemory.open(tmp_path) as memory:
        after = memory.retrieve(clean_task("cup"), token_budget=400)

    assert after.text == before.text != ""
    assert after.fingerprint == before.fingerprint


def test_another_embedder_finds_what_was_stored_under_the_first(tmp_path: Path) -> None:
    """Changing the embedder loses nothing: the items are embedded anew."""
    with SkillMemory.open(tmp_path) as memory:
        memory.record(success())
        memory.consolidate()

    with SkillMemory.open(tmp_path, embedder=HashingEmbedder()) as memory:
        memory.record(success("cup", "shelf"))
        memory.consolidate()
        retrieval = memory.retrieve(clean_task("pear"), token_budget=800)

    assert len(retrieval.items) == 2


def test_two_memories_on_one_folder_see_each_other(tmp_path: Path) -> None:
    """A memory that was open all along shows what another has consolidated since."""
    with SkillMemory.open(tmp_path) as one, SkillMemory.open(tmp_path) as other:
        assert one.retrieve(clean_task(), token_budget=800).text == ""
        other.record(success())
        other.consolidate()

        assert one.retrieve(clean_task(), token_budget=800).version == 1
        assert "clean apple 1" in one.retrieve(clean_task(), token_budget=800).text


def test_lessons_are_never_more_than_failures(memory: SkillMemory) -> None:
    """However many fail in the same way, there is one lesson, which rests on all of them."""
    memory.record(success("apple"))
    failures = [failure(thing, "shelf") for thing in ("pear", "cup", "plate")]
    for episode in failures:
        memory.record(episode)
    memory.consolidate()

    lessons = [item for item in memory.items(kind="lesson") if isinstance(item, Lesson)]

    assert len(lessons) == 1
    assert set(lessons[0].episode_ids) == {episode.id for episode in failures}


@pytest.mark.parametrize("budget", [0, 1, 5])
def test_a_budget_below_a_wrapper_gives_nothing(memory: SkillMemory, budget: int) -> None:
    """A budget in which nothing fits is no error."""
    memory.record(success())
    memory.consolidate()

    retrieval = memory.retrieve(clean_task(), token_budget=budget)

    assert (retrieval.text, retrieval.tokens) == ("", 0)
    assert {line.decision for line in retrieval.receipt.lines} == {"dropped"}
