"""Some games in both engines; `make parity` compares them all."""

from __future__ import annotations

import pytest

from envs import household
from tests.envs.alfworld_games import INSTALLED, NOT_INSTALLED
from tests.parity.__main__ import describe
from tests.parity.compare import Difference, Side, compare
from tests.parity.players import Assignment, Follower, Wanderer

SUITE = household.make()
EVERY = 16
SOME = [
    *(task for split in SUITE.splits for task in SUITE.tasks(split)[::EVERY]),
    *SUITE.draw(10, seed=1),
]


@pytest.mark.skipif(not INSTALLED, reason=NOT_INSTALLED)
@pytest.mark.parametrize("task_id", SOME)
def test_both_engines_say_the_same(task_id: str) -> None:
    """Texts, commands and verdicts are the engine's, in every step of every play."""
    found = compare(Assignment(task_id, steps=40, seeds=1))

    assert [describe(difference) for difference in found.differences] == []
    assert found.won >= 1
    assert found.steps.total() > 40


def test_a_difference_is_told_whole() -> None:
    """Whoever reads of a difference can play it again, and sees both sides."""
    ours = Side("You see a pen.", frozenset({"look", "go to bed 1"}), won=False)
    theirs = Side("You see nothing.", frozenset({"look", "use lamp 1"}), won=True)

    told = describe(Difference("a game", "wanderer", ("look", "go to desk 1"), ours, theirs))

    assert told.splitlines() == [
        "DIFFERENCE in a game, played by wanderer",
        "  > look",
        "  > go to desk 1",
        "  household: 'You see a pen.'",
        "  ALFWorld:  'You see nothing.'",
        "  household alone admits: ['go to bed 1']",
        "  ALFWorld alone admits:  ['use lamp 1']",
        "  won: household False, ALFWorld True",
    ]


def test_players_repeat_themselves() -> None:
    """The same key plays the same, so a difference can be found again."""
    admissible = ["look", "inventory", "go to bed 1", "take pen 1 from bed 1"]

    plays = [
        [player.next(admissible) for _ in range(30)]
        for _ in range(2)
        for player in (
            Wanderer(steps=25, key="a"),
            Follower(["go to bed 1"], key="b", name="plan"),
        )
    ]

    assert plays[:2] == plays[2:]
    assert plays[0][25:] == [None] * 5
    assert "go to bed 1" in plays[1]
