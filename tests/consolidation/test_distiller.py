"""What the built-in distiller says of failures."""

from __future__ import annotations

import pytest

from skillmem.consolidation import BuiltInDistiller, Instruments, distil
from skillmem.structure import LearntEntityFinder
from skillmem.types import Lesson, Lexicon
from tests.consolidation.kitchen import WINNING, logged, play

HEAT = WINNING[2:4]
SEARCH = ("go to shelf 1", "go to box 1", "go to oven 1", "go to shelf 1", "go to box 1")
REFUSED = ("dance", "sing loudly", "jump over shelf 1")


def lesson(*failing: str, successes: int = 1, seed: int | None = None) -> Lesson | None:
    """Distil a failure beside successes."""
    runs = [play(["go to shelf 1", *WINNING], episode_id=f"s{at}") for at in range(successes)]
    runs += [play([*REFUSED, *failing], episode_id="f", seed=seed)]
    found = distil(
        [logged(run) for run in runs],
        known=(),
        lexicon=Lexicon(),
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
            'The run tried "take" without "go" on the same thing right before it.',
        ),
        (
            (*WINNING[:2], "heat apple 1 with oven 1", "heat apple 1 with oven 1"),
            'The run tried "heat" without "go" on the same thing right before it.',
        ),
        (
            (*WINNING[:4], *WINNING[4:5], "move apple 2 to box 1"),
            'The run tried "move" with another <A> than had been got by "take" and "heat".',
        ),
        (
            (*WINNING[:2], *WINNING[4:], "take apple 1 from box 1", *HEAT),
            'The run did "move" before "heat".',
        ),
    ],
)
def test_each_cause_has_its_words(failing: tuple[str, ...], mistake: str) -> None:
    """A failure is told by the first operation of the successes that went wrong."""
    found = lesson(*failing)

    assert found is not None
    assert found.mistake == mistake
    assert found.advice.count("\n> ") >= 1


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
    take = "take apple 1 from shelf 2"
    found = lesson("go to shelf 1", take, take, "go to shelf 2", take, successes=0)

    assert found is not None
    assert found.mistake == 'The run tried "take" without "go" on the same thing right before it.'
    assert lesson(*SEARCH, successes=0) is None
