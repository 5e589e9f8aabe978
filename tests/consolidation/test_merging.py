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
from skillmem.consolidation.wording import REPETITIVE
from skillmem.notes import REFINES
from skillmem.structure import LearntEntityFinder
from skillmem.types import Demonstration, Episode, Guard, Lesson, Lexicon, Logged, MemoryItem
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


def test_mark_of_a_refinement_goes_with_its_run_and_comes_back() -> None:
    """What unites keeps the mark; the runs merged into it lose it with the run that had it."""
    plain = success("plain", "go to shelf 1", "go to oven 1")
    told = play(WINNING, episode_id="told").model_copy(update={"metadata": {REFINES: "cold"}})
    (first,) = merged(found(plain, logged(told))).added

    overturned = found(
        logged(told, outcome(success=False)), plain, known=(first,), lexicon=found(plain).lexicon
    )
    left = [it for it in merged(overturned, first).added if isinstance(it, Demonstration)]
    again = merged(found(logged(told), known=tuple(left)), *left).added

    assert isinstance(first, Demonstration)
    assert (first.episode_ids, first.refines) == (("told", "plain"), "cold")
    assert [(it.episode_ids, it.refines) for it in left] == [(("plain",), None)]
    assert [it.refines for it in again if isinstance(it, Demonstration)] == ["cold"]


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


def a_lesson(name: str, **update: object) -> Lesson:
    """Make a lesson of one failure."""
    plain = Lesson(
        id="unplaced",
        namespace=(),
        episode_ids=(name,),
        version=0,
        goal="put a hot <A> in <B>.",
        skeleton=("heat <A> with <C>", "move <A> to <B>"),
        situation="s",
        mistake="m",
        advice="a",
        model_ids=("won",),
    )
    return plain.model_copy(update=update)


def united(*lessons: Lesson) -> list[Lesson]:
    """Merge lessons alone."""
    findings = Findings((), lessons, Lexicon(), {}, {})
    return [item for item in merged(findings).added if isinstance(item, Lesson)]


def test_one_mistake_in_several_words_is_one_lesson() -> None:
    """Wordings of the goal and details of the advice don't part it; the most common is told."""
    other = {"goal": "heat some <A> and put it in <B>.", "advice": "b"}

    (lesson,) = united(a_lesson("f"), a_lesson("g", **other), a_lesson("h", **other))

    assert lesson.episode_ids == ("g", "f", "h")
    assert (lesson.goal, lesson.advice) == (other["goal"], "b")


def test_other_operations_part_lessons() -> None:
    """The same words about another plan are another lesson."""
    assert len(united(a_lesson("f"), a_lesson("g", skeleton=("clean <A> with <C>",)))) == 2


def test_that_steps_were_repeated_parts_no_lessons() -> None:
    """The remark about repetition is no mistake of its own."""
    remark = f"m {REPETITIVE}"

    assert len(united(a_lesson("f"), a_lesson("g", mistake=remark))) == 1


def test_what_speaks_against_one_speaks_against_all() -> None:
    """A success that did what is called a mistake supports no part of the lesson."""
    (lesson,) = united(
        a_lesson("f", model_ids=("won", "lucky")), a_lesson("g", counterexample_ids=("lucky",))
    )

    assert (lesson.model_ids, lesson.counterexample_ids) == (("won",), ("lucky",))


def test_guards_never_make_more_lessons_than_failures() -> None:
    """They are taken as far as there is room."""
    guard = a_lesson("f", guard=Guard(pattern="never", action="dance"))
    findings = Findings((), (a_lesson("f"), a_lesson("g")), Lexicon(), {}, {})

    added = merge(findings, known=(), guards=[guard, guard], namespace=("n",), version=1).added

    assert sum(isinstance(item, Lesson) for item in added) == 2


def test_guards_are_replaced_by_those_that_hold_now() -> None:
    """One that is not among them is retired; one that stays as it was is left alone."""
    old = a_lesson("f", guard=Guard(pattern="never", action="dance"))
    new = a_lesson("f", guard=Guard(pattern="never", action="sing"))
    lessons = (a_lesson("f"), a_lesson("g"))
    findings = Findings((), lessons, Lexicon(), {}, {})
    first = merge(findings, known=(), guards=[old], namespace=("n",), version=1).added
    nothing = Findings((), (), Lexicon(), {}, {})

    kept = [it for it in first if isinstance(it, Lesson) and it.guard]
    same = merge(nothing, known=first, guards=kept, namespace=("n",), version=2)
    other = merge(nothing, known=first, guards=[new], namespace=("n",), version=2)

    assert [it.guard for it in first if isinstance(it, Lesson)] == [None, old.guard]
    assert same == Merged((), ())
    assert [it.guard for it in other.added if isinstance(it, Lesson)] == [new.guard]
    assert other.retired == (first[-1].id,)
