"""Findings and what is known become one memory."""

from __future__ import annotations

from skillmem.config import ConsolidationConfig
from skillmem.consolidation import (
    BuiltInDistiller,
    Findings,
    Instruments,
    Merged,
    distil,
    merge,
    to_reconsider,
)
from skillmem.structure import LearntEntityFinder
from skillmem.types import Demonstration, Episode, Lesson, Lexicon, Logged, MemoryItem
from tests.consolidation.kitchen import WINNING, logged, outcome, play

WITHOUT_HEAT = (*WINNING[:2], *WINNING[4:])


def found(
    *entries: Logged, known: tuple[MemoryItem, ...] = (), lexicon: Lexicon | None = None
) -> Findings:
    """Consolidate these episodes."""
    return distil(
        entries,
        known=known,
        lexicon=lexicon or Lexicon(),
        instruments=Instruments(LearntEntityFinder(), BuiltInDistiller()),
    )


def merged(findings: Findings, *known: MemoryItem, version: int = 1) -> Merged:
    """Merge into a namespace."""
    return merge(findings, known=known, namespace=("n",), version=version)


def success(name: str, *first: str) -> Logged:
    """Log a success that did something else first."""
    return logged(play([*first, *WINNING], episode_id=name))


def failure(name: str) -> Logged:
    """Log a failure."""
    return logged(play(WITHOUT_HEAT, episode_id=name))


def episodes(items: tuple[MemoryItem, ...]) -> list[tuple[str, ...]]:
    """Name the episodes that each item rests on."""
    return [item.episode_ids for item in items]


def test_what_says_the_same_is_one_item() -> None:
    """Equal lessons unite; of demonstrations of one skeleton the shortest is shown."""
    batch = found(
        success("long", "go to shelf 1", "go to oven 1"), success("s"), failure("f"), failure("g")
    )

    added, retired, states = merged(batch)

    assert episodes(added) == [("s", "long"), ("f", "g")]
    assert retired == ()
    assert states == {"long": ("done", "merged into the demonstration of episode s")}
    assert len({item.id for item in added}) == 2
    assert {(item.namespace, item.version) for item in added} == {(("n",), 1)}


def test_a_known_item_is_replaced_by_one_that_rests_on_more() -> None:
    """Items are never edited: the old one is retired."""
    batch = found(success("s"), failure("f"))
    first = merged(batch)
    later = found(failure("g"), known=first.added, lexicon=batch.lexicon)
    second = merged(later, *first.added, version=2)

    assert episodes(second.added) == [("f", "g")]
    assert second.retired == (first.added[1].id,)


def test_merging_the_same_again_changes_nothing() -> None:
    """It is deterministic, and idempotent."""
    batch = found(success("s"), failure("f"), failure("g"))
    first = merged(batch)

    assert merged(batch) == first
    assert merged(batch, *first.added, version=2) == Merged((), ())


def overturned(entry: Logged) -> Logged:
    """Add a newer verdict that says the opposite."""
    assert entry.episode.outcome is not None
    return logged(entry.episode, outcome(success=not entry.episode.outcome.success))


def test_an_overturned_verdict_withdraws_what_rests_on_it() -> None:
    """What it was shown by goes, and another takes its place; an item goes on without the rest."""
    first = merged(found(success("s"), success("t"), failure("f")))
    entries = (overturned(success("s")), overturned(failure("f")))
    again = to_reconsider(entries, first.added, reworded=False, config=ConsolidationConfig())
    one = found(*entries, *map(success, again), known=first.added)

    second = merged(one, *first.added, version=2)

    assert again == ("t",)
    assert set(second.retired) == {item.id for item in first.added}
    assert [item.kind for item in second.added] == ["demonstration", "demonstration"]
    assert episodes(second.added) == [("f",), ("t",)]


def test_an_overturned_episode_that_was_merged_takes_only_itself() -> None:
    """What an item shows stands, whatever becomes of the others like it."""
    first = merged(found(success("s"), success("t")))
    entry = overturned(success("t"))
    again = to_reconsider([entry], first.added, reworded=False, config=ConsolidationConfig())

    second = merged(found(entry, known=first.added), *first.added, version=2)

    assert again == ()
    assert [it.episode_ids for it in second.added if isinstance(it, Demonstration)] == [("s",)]


def test_read_anew_a_demonstration_keeps_what_was_merged_into_it() -> None:
    """Where words read differently, what is shown is read again; the others are not."""
    first = merged(found(success("s"), success("t")))
    again = to_reconsider([], first.added, reworded=True, config=ConsolidationConfig())

    second = merged(found(success("s")), *first.added, version=2)

    assert again == ("s",)
    assert second == Merged((), ())


def test_a_retired_item_stays_retired() -> None:
    """What is no longer shown is neither united with nor retired again."""
    (item,) = merged(found(success("s"))).added
    again = merged(found(success("t")), item.model_copy(update={"retired_in": 1}), version=2)

    assert episodes(again.added) == [("t",)]
    assert again.retired == ()


def test_other_goals_stay_apart() -> None:
    """Demonstrations of differently worded goals are different items."""
    entry = success("t")
    task = entry.episode.task.model_copy(update={"goal": "heat some apple and put it in box."})
    other = Logged(
        episode=Episode.model_validate({**entry.episode.model_dump(), "task": task}),
        outcomes=entry.outcomes,
    )

    assert len(merged(found(success("s"), other)).added) == 2


def test_a_lesson_goes_with_its_last_model() -> None:
    """It stands as long as one of the successes that it was taken from does."""
    batch = found(success("s"), success("t"), failure("f"))
    first = merged(batch)
    one = found(overturned(success("s")), known=first.added, lexicon=batch.lexicon)
    second = merged(one, *first.added, version=2)
    live = [*second.added, *(it for it in first.added if it.id not in second.retired)]
    both = found(overturned(success("t")), known=tuple(live), lexicon=batch.lexicon)
    third = merged(both, *live, version=3)

    assert [it.model_ids for it in first.added if isinstance(it, Lesson)] == [("s", "t")]
    assert [it.model_ids for it in live if isinstance(it, Lesson) and "f" in it.episode_ids] == [
        ("t",)
    ]
    assert {it.id for it in live if it.kind == "demonstration"} <= set(third.retired)
    assert {it.id for it in live if "f" in it.episode_ids} <= set(third.retired)
    assert all(it.kind == "lesson" and "f" not in it.episode_ids for it in third.added)


def test_lessons_that_say_the_same_rest_on_all_their_models() -> None:
    """United, a lesson stands on the successes of both."""
    batch = found(success("s"), failure("f"))
    first = merged(batch)
    later = found(success("t"), failure("g"), known=(), lexicon=batch.lexicon)
    second = merged(later, *first.added, version=2)

    (lesson,) = (it for it in second.added if isinstance(it, Lesson))

    assert lesson.episode_ids == ("f", "g")
    assert lesson.model_ids == ("s", "t")


def labelled(entry: Logged, label: str) -> Logged:
    """Label the task of a run."""
    task = entry.episode.task.model_copy(update={"label": label})
    return Logged(episode=entry.episode.model_copy(update={"task": task}), outcomes=entry.outcomes)


def test_labels_play_no_part() -> None:
    """A task's label is kept for reports; no id depends on it, and no change is seen in it."""
    one, other = (
        merged(found(labelled(success("s"), label), failure("f"))) for label in ("x", "y")
    )
    again = found(labelled(success("s"), "y"), failure("f"))

    assert [it.id for it in one.added] == [it.id for it in other.added]
    assert [it.task.label for it in other.added if isinstance(it, Demonstration)] == ["y"]
    assert merged(again, *one.added, version=2) == Merged((), ())
