"""Why a run failed: the agent's own mistake, or something that is no lesson."""

from __future__ import annotations

import pytest

from skillmem.consolidation import (
    BuiltInDistiller,
    Findings,
    Instruments,
    Triage,
    comparer,
    distil,
    triage,
)
from skillmem.structure import LearntEntityFinder, reader
from skillmem.types import EndedBy, Episode, Lexicon, Outcome, Step, Task
from tests.consolidation.kitchen import WINNING, logged, play

PLACES = ("shelf 1", "oven 1", "box 1")
LOOKING = tuple(f"go to {place}" for place in PLACES)
"""What leads nowhere: the apple lies on shelf 2."""
INSTRUMENTS = Instruments(LearntEntityFinder(), BuiltInDistiller())
REFUSED = ("dance", "sing loudly")


def learnt() -> Findings:
    """Learn from three successes."""
    runs = [play(["go to shelf 1", *REFUSED, *WINNING], episode_id=f"s{at}") for at in range(3)]
    return distil(
        [logged(run) for run in runs], known=(), lexicon=Lexicon(), instruments=INSTRUMENTS
    )


def told(*actions: str, ended_by: EndedBy = "limit", **changes: object) -> Triage:
    """Triage a run that did these, and was cut off."""
    run = play(actions).model_copy(update={"ended_by": ended_by, **changes})
    return told_of(run)


def told_of(run: Episode) -> Triage:
    """Triage a run beside what was learnt."""
    found = learnt()
    assert run.outcome is not None
    compared = comparer(reader(INSTRUMENTS.finder, found.lexicon)).compare(
        run, found.demonstrations
    )
    return triage(run, run.outcome, compared, lexicon=found.lexicon)


def lost(detail: str | None = None) -> Outcome:
    """Judge a run that was lost."""
    return Outcome(success=False, verifier_kind="environment", detail=detail)


@pytest.mark.parametrize("done", range(1, len(WINNING)))
def test_a_success_that_is_cut_off_made_no_mistake(done: int) -> None:
    """Wherever its steps ran out, a run that was on the way to success is not blamed."""
    assert told(*WINNING[:done]).cause == "limit"


def test_a_run_that_had_all_it_needed_for_long_made_one() -> None:
    """With the apple in hand and the oven known, it went from place to place to its end."""
    found = told(*WINNING[:3], *(LOOKING * 8))

    assert found == Triage("mistake", "missing")


def test_going_in_circles_is_a_mistake() -> None:
    """What was never seen may be hard to find, but not by the same few steps again and again."""
    assert told(*LOOKING).cause == "limit"
    assert told(*(LOOKING * 6)) == Triage("mistake", "unfound")


def test_what_was_done_wrong_is_a_mistake_whenever_it_was_cut_off() -> None:
    """Putting away before it was heated is one, though the run had just begun to."""
    assert told(*WINNING[:2], "go to box 1", "move apple 1 to box 1").cause == "mistake"


def test_who_ends_alone_had_time() -> None:
    """A run that the agent ended, and no limit, failed by what it left undone."""
    assert told(*WINNING[:3], ended_by="agent") == Triage("mistake", "missing")


@pytest.mark.parametrize(
    ("metadata", "detail", "found"),
    [
        ({}, None, Triage("fault", "crash")),
        ({"error": "ConnectionError: refused"}, None, Triage("fault", "lost connection")),
        ({"error": "prompt is too long: 9000 tokens"}, None, Triage("limit", "context overflow")),
        ({}, "maximum context length exceeded", Triage("limit", "context overflow")),
    ],
)
def test_what_broke_off_is_a_fault_or_a_full_window(
    metadata: dict[str, str], detail: str | None, found: Triage
) -> None:
    """An error says by itself, in the verdict or in the metadata what it was."""
    changes = {"metadata": metadata, "outcome": lost(detail)}
    assert told(*WINNING[:3], ended_by="error", **changes) == found


@pytest.mark.parametrize(
    "answer",
    ["503 Service Unavailable", "Error: the request timed out", "<html>?</html>"],
)
def test_an_environment_that_went_dead_is_a_fault(answer: str) -> None:
    """Whatever was done to its end, all was answered by one and the same error."""
    places = ("shelf 1", "oven 1", "box 1", "shelf 2")
    dead = tuple(
        Step(action=f"go to {place}", observation=answer, admissible=(f"go to {place}",))
        for place in places
    )
    run = play(WINNING[:3])

    found = told_of(run.model_copy(update={"steps": (*run.steps, *dead), "ended_by": "limit"}))

    assert found.cause == "fault"


def test_one_answer_to_what_was_not_possible_is_no_fault() -> None:
    """Refusals are the environment's way to say no."""
    assert told(*WINNING[:3], "fly", "swim", "dive", "sing", ended_by="agent").cause == "mistake"


def test_a_goal_that_names_nothing_is_the_tasks_fault() -> None:
    """Where all other goals name things, one that doesn't can't be told what it is about."""
    assert told(*LOOKING, task=Task(goal="tidy up.")).cause == "task"


def test_a_verdict_may_say_that_it_can_not_be_done() -> None:
    """What a verifier says of the task itself counts."""
    found = told(*(LOOKING * 6), outcome=lost("The task is infeasible: there is no apple."))

    assert found == Triage("task", "its verdict calls it infeasible")


def test_without_successes_nothing_is_known() -> None:
    """A run is held against nothing, and nobody is blamed."""
    read = reader(INSTRUMENTS.finder, Lexicon())
    run = play(LOOKING)

    found = triage(run, lost(), comparer(read).compare(run, ()), lexicon=Lexicon())

    assert found.cause == "unknown"


def test_only_a_mistake_becomes_a_lesson() -> None:
    """The other causes are kept with the episode, in words."""
    won = [logged(play(["go to shelf 1", *WINNING], episode_id=f"s{at}")) for at in range(3)]
    cut = play(WINNING[:3], episode_id="cut").model_copy(update={"ended_by": "limit"})
    wrong = play([*WINNING[:3], *(LOOKING * 8)], episode_id="wrong")

    found = distil(
        [*won, logged(cut), logged(wrong)], known=(), lexicon=Lexicon(), instruments=INSTRUMENTS
    )

    assert [lesson.episode_ids for lesson in found.lessons] == [("wrong",)]
    assert found.states["cut"] == (
        "skipped",
        "limit: it was getting on when its steps or its window ran out",
    )


def test_a_short_circle_is_no_progress() -> None:
    """Doing the same few things with the same answers is a mistake, however soon it is cut off."""
    assert told("go to shelf 2", *LOOKING[:2] * 5).cause == "mistake"


def test_what_is_not_impossible_is_no_task_that_cannot_be_done() -> None:
    """A verdict that denies it doesn't say it."""
    run = play(WINNING[:2]).model_copy(
        update={"outcome": lost("not impossible: it was never heated"), "ended_by": "agent"}
    )

    assert told_of(run).cause != "task"
