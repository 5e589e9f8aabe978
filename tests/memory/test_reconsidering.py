"""What was taken from little is looked at again when more is known."""

from __future__ import annotations

from skillmem import Lesson, SkillMemory
from tests.memory.kitchen import LOST, failure, success


def lessons(memory: SkillMemory) -> list[Lesson]:
    """Give the live lessons."""
    return [item for item in memory.items() if isinstance(item, Lesson)]


def test_a_lesson_of_one_success_is_taken_anew_from_many(memory: SkillMemory) -> None:
    """When the successes have doubled, the failures behind it are held against all of them."""
    for episode in (success("apple"), failure("pear")):
        memory.record(episode)
    memory.consolidate()
    assert [len(it.model_ids) for it in lessons(memory)] == [1]

    memory.record(success("cup"))
    memory.consolidate()

    (lesson,) = lessons(memory)
    assert len(lesson.model_ids) == 2
    assert "clean" in lesson.mistake


def test_a_lesson_that_rests_on_enough_is_left_alone(memory: SkillMemory) -> None:
    """A further success among many makes no lesson anew."""
    for number in range(16):
        memory.record(success(f"apple{'a' * number}"))
    memory.record(failure("pear"))
    memory.consolidate()
    (before,) = lessons(memory)

    for number in range(16):
        memory.record(success(f"cup{'b' * number}"))
    memory.consolidate()

    assert lessons(memory) == [before]


def test_a_lesson_without_its_success_is_taken_from_later_ones(memory: SkillMemory) -> None:
    """When the success behind a lesson is overturned, its failure is looked at again."""
    apple = success("apple")
    for episode in (apple, failure("pear")):
        memory.record(episode)
    memory.consolidate()
    memory.add_outcome(apple.id, LOST)
    memory.consolidate()
    assert not any(it.episode_ids == ("pear",) for it in lessons(memory))

    for thing in ("cup", "fork"):
        memory.record(success(thing))
    memory.consolidate()

    assert any("clean" in it.mistake for it in lessons(memory))
