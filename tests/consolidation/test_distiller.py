"""What the built-in distiller says of failures."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skillmem.consolidation import BuiltInDistiller, Instruments, distil
from skillmem.structure import LearntEntityFinder
from skillmem.types import Episode, Lesson, Lexicon, Logged, Step, Task
from tests.consolidation.kitchen import NOTHING, WINNING, logged, outcome, play

HEAT = WINNING[2:4]
SEARCH = ("go to shelf 1", "go to box 1", "go to oven 1", "go to shelf 1", "go to box 1")
TAKE_AND_MOVE = (("take", "from desk"), ("move", "to box"))
REFUSED = ("dance", "sing loudly", "jump over shelf 1")


def lesson(
    *failing: str, successes: int = 1, seed: int | None = None, lexicon: Lexicon | None = None
) -> Lesson | None:
    """Distil a failure beside successes."""
    runs = [play(["go to shelf 1", *WINNING], episode_id=f"s{at}") for at in range(successes)]
    runs += [play([*REFUSED, *failing], episode_id="f", seed=seed)]
    found = distil(
        [logged(run) for run in runs],
        known=(),
        lexicon=lexicon or Lexicon(),
        instruments=Instruments(LearntEntityFinder(), BuiltInDistiller()),
    )
    return found.lessons[0] if found.lessons else None


def test_a_missing_operation() -> None:
    """What every success did, and this run never did, is advised with what comes after."""
    found = lesson(*WINNING[:2], *WINNING[4:])

    assert found is not None
    assert found.goal == "put a hot <A> in <B>."
    assert found.situation == '"take" worked, and the goal is still open.'
    assert found.mistake == (
        'The run never did "heat"; the runs that reached the goal did it before "move".'
    )
    assert found.advice == (
        'Go on with "heat":\n> go to <C>\n> heat <A> with <C>\n> go to <B>\n> move <A> to <B>'
    )


@pytest.mark.parametrize(
    ("failing", "mistake"),
    [
        (SEARCH, 'The run ended before it had found <A>, so "take" was out of reach.'),
        (("go to shelf 2", *SEARCH), 'The run saw <A> and went on without "take".'),
        (
            ("go to shelf 1", "take apple 1 from shelf 1", "take apple 1 from shelf 1"),
            'The run tried "take" on <A> before any answer had shown <A>.',
        ),
        (
            ("go to shelf 2", "go to box 1", "take apple 1 from shelf 2"),
            'The run tried "take" without "go to" on the same thing right before it.',
        ),
        (
            (*WINNING[:2], "heat apple 1 with oven 1", "heat apple 1 with oven 1"),
            'The run tried "heat" without "go to" on the same thing right before it.',
        ),
        (
            (*WINNING[:4], *WINNING[4:5], "move apple 2 to box 1"),
            'The run tried "move" with another <A> than had been got by "take" and "heat".',
        ),
        (
            (*WINNING[:2], *WINNING[4:], "take apple 1 from box 1", *HEAT),
            (
                'The run did "move" and then other things; '
                "the runs that reached the goal ended with it."
            ),
        ),
    ],
)
def test_each_cause_has_its_words(failing: tuple[str, ...], mistake: str) -> None:
    """A failure is told by the first operation of the successes that went wrong."""
    found = lesson(*failing)

    assert found is not None
    assert found.mistake == mistake
    assert found.advice.count("\n> ") >= 1


def test_an_order_needs_several_successes() -> None:
    """What one success did first may be chance; what two did first is an order."""
    found = lesson(*WINNING[:2], *WINNING[4:], "take apple 1 from box 1", *HEAT, successes=2)

    assert found is not None
    assert found.mistake == 'The run did "move" before "heat".'


def told(goal: str, actions: Sequence[str], *, success: bool, episode_id: str) -> Logged:
    """Log a run of which only goal, actions and verdict matter."""
    steps = tuple(Step(action=action, observation=f"Done: {action}.") for action in actions)
    return logged(
        Episode(id=episode_id, task=Task(goal=goal), steps=steps, outcome=outcome(success=success))
    )


def lessons_of(*runs: Logged) -> tuple[Lesson, ...]:
    """Distil runs."""
    return distil(
        runs,
        known=(),
        lexicon=Lexicon(),
        instruments=Instruments(LearntEntityFinder(), BuiltInDistiller()),
    ).lessons


def test_successes_that_disagree_teach_no_order() -> None:
    """When the successes did two things in either order, the order is no mistake."""
    look, take = "use lamp 1", "take book 1 from desk 1"
    goal = "look at the book under the lamp."

    found = lessons_of(
        told(goal, (take, look), success=True, episode_id="a"),
        told(goal, (look, take), success=True, episode_id="b"),
        told(goal, (look, take, "move book 1 to desk 1"), success=False, episode_id="f"),
    )

    assert found == ()


def test_two_of_a_kind_are_two_things() -> None:
    """Moving one thing twice is not moving two."""
    goal = "put two cups in box."
    moves = [f"{verb} cup {n} {way} 1" for n in (1, 2) for verb, way in TAKE_AND_MOVE]
    same = [f"{verb} cup 1 {way} 1" for _ in range(2) for verb, way in TAKE_AND_MOVE]

    (found,) = lessons_of(
        told(goal, moves, success=True, episode_id="a"),
        told(goal, moves, success=True, episode_id="b"),
        told(goal, same, success=False, episode_id="f"),
    )

    assert found.mistake.startswith(
        'The run did "take" too few times: the goal needs it for more than one <A>.'
    )


def test_what_all_did_at_first_and_this_run_left_out() -> None:
    """An act that every success began with is missed, though nothing it named came up again."""
    goal = "cancel the order of {}."
    cancel = ("open order 1", "cancel order 1")

    (found,) = lessons_of(
        told(goal.format("mia"), ("identify mia", *cancel), success=True, episode_id="a"),
        told(goal.format("noah"), ("identify noah", *cancel), success=True, episode_id="b"),
        told(goal.format("ava"), cancel, success=False, episode_id="f"),
        told(goal.format("zoe"), ("identify zoe", *cancel), success=True, episode_id="c"),
    )

    assert found.mistake.startswith('The run never did "identify"')
    assert found.episode_ids == ("f",)


def test_what_unlike_goals_share_is_not_called_their_end() -> None:
    """Successes of other goals tell what is done, not what comes last."""
    take = "take pot 1 from desk 1"
    found = lessons_of(
        told(
            "clean the cup in sink.",
            ("take cup 1 from desk 1", "clean cup 1 with sink 1"),
            success=True,
            episode_id="a",
        ),
        told(
            "put the pen in box.",
            ("take pen 1 from desk 1", "move pen 1 to box 1"),
            success=True,
            episode_id="b",
        ),
        told("cool the pot with fridge.", (take, "open fridge 1"), success=False, episode_id="f"),
    )

    assert found == ()


def test_going_in_circles_is_said() -> None:
    """A run most of whose steps repeat says so."""
    found = lesson(*SEARCH * 4)

    assert found is not None
    assert found.mistake.endswith(
        "Most of its steps repeated what had been done and answered before."
    )


def test_advice_is_shaped_like_a_success() -> None:
    """A lesson's skeleton is that of what should be done."""
    found = lesson(*WINNING[:2], *WINNING[4:])

    assert found is not None
    assert found.skeleton == (
        *("go to <C>", "take <A> from <C>", "go to <D>"),
        *("heat <A> with <D>", "go to <B>", "move <A> to <B>"),
    )


def test_without_any_success_only_its_own_evidence_counts() -> None:
    """What worked once in the run itself is held against its refused attempts."""
    take, known = "take apple 1 from shelf 2", Lexicon(refusals=(NOTHING,))
    found = lesson("go to shelf 1", take, take, "go to shelf 2", take, successes=0, lexicon=known)

    assert found is not None
    assert (
        found.mistake == 'The run tried "take" without "go to" on the same thing right before it.'
    )
    assert lesson(*SEARCH, successes=0, lexicon=known) is None


def test_what_is_done_again_without_a_thing_is_said_plainly() -> None:
    """An operation on nothing of the goal is needed more than once, not for more than one."""
    press = (*("press button 1 with rod 1",) * 2, "open door 1 with rod 2")

    (found,) = lessons_of(
        told("leave.", press, success=True, episode_id="a"),
        told("leave.", press, success=True, episode_id="b"),
        told("leave.", press[1:], success=False, episode_id="f"),
    )

    assert found.mistake == 'The run did "press" too few times: the goal needs it more than once.'
    assert found.advice.startswith("Do all of this, as often as it stands here:\n> press <A>")
