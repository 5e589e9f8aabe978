"""How goals are laid beside each other."""

from __future__ import annotations

import pytest

from agents.alignment import align

THINGS = frozenset({"apple", "mug", "fridge", "shelf", "book", "lamp"})


@pytest.mark.parametrize(
    ("recorded", "task", "names"),
    [
        (
            "put a clean apple in fridge.",
            "put a clean egg in pot.",
            {"apple": "egg", "fridge": "pot"},
        ),
        (
            "clean some apple and put it in fridge.",
            "put a clean egg in pot.",
            {"apple": "egg", "fridge": "pot"},
        ),
        ("put some mug on shelf.", "put a hot egg in shelf.", {"mug": "egg", "shelf": "shelf"}),
        (
            "heat some <A> and put it in <B>.",
            "heat some egg and put it in pot.",
            {"<A>": "egg", "<B>": "pot"},
        ),
        (
            "look at book under the lamp.",
            "examine the pen with the lamp.",
            {"book": "pen", "lamp": "lamp"},
        ),
    ],
)
def test_names_are_translated(recorded: str, task: str, names: dict[str, str]) -> None:
    """Each name of the recorded goal stands for the word of the task's goal in its place."""
    assert align(recorded, task, THINGS).names == names


def test_the_same_kind_fits_best() -> None:
    """Other things cost nothing, another kind of task does, and no word in common costs all."""
    task = "put a hot egg in pot."
    same, partly, simpler, other = (
        align(recorded, task, THINGS).quality
        for recorded in (
            "put a hot apple in fridge.",
            "put a clean apple in fridge.",
            "put some apple in fridge.",
            "look at book under the lamp.",
        )
    )

    assert same == 1.0
    assert same > simpler > partly > other == 0.0
