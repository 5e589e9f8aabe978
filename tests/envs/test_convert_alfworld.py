"""The script that turns PDDL problems into facts."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

SCRIPT = runpy.run_path(str(Path(__file__).parents[2] / "scripts" / "convert_alfworld.py"))

PROBLEM = """(define (problem p) (:domain alfred)
(:init
    (atLocation agent1 loc_bar_9)
    (receptacleType Sink_bar_1_bar_SinkBasin SinkBasinType)
    (receptacleType Desk_bar_2 DeskType)
    (receptacleAtLocation Sink_bar_1_bar_SinkBasin loc_bar_1)
    (receptacleAtLocation Desk_bar_2 loc_bar_2)
    (objectType Pen_bar_a PenType) (objectType Pen_bar_b PenType)
    (objectType Window_bar_a WindowType)
    (pickupable Pen_bar_a) (pickupable Pen_bar_b)
    (inReceptacle Pen_bar_a Desk_bar_2) (inReceptacle Pen_bar_b Desk_bar_2)
    (objectAtLocation Pen_bar_a loc_bar_2) (objectAtLocation Pen_bar_b loc_bar_7))
(:goal (and (exists (?r - receptacle) (exists (?o - object) (and
    (inReceptacle ?o ?r) (objectType ?o PenType) (receptacleType ?r SinkBasinType)))))))
"""
GAME = {
    "id": "a game",
    "task_type": "pick_and_place_simple",
    "object": "Pen",
    "target": "SinkBasin",
    "scene": 1,
    "goal": "put a pen in sinkbasin.",
    "walkthrough": ["go to desk_bar_2"],
    "pddl_problem": PROBLEM,
}


def test_facts_of_a_game() -> None:
    """Facts keep the engine's order, readable names, and what a command can ever mention."""
    facts = SCRIPT["Converter"](GAME).convert()

    assert facts["receptacles"] == [
        {"name": "desk 1", "type": "Desk", "location": 1},
        {"name": "sinkbasin 1", "type": "SinkBasin", "location": 0},
    ]
    assert facts["objects"] == [
        {"name": "pen 2", "type": "Pen", "receptacles": [0], "locations": [1], "pickupable": True},
        {"name": "pen 1", "type": "Pen", "receptacles": [0], "pickupable": True},
    ]
    assert facts["walkthrough"] == ["go to desk 1"]


def test_the_last_of_a_kind_is_number_one() -> None:
    """Numbers run down along the sorted internal names, as ALFWorld's demangler counts."""
    facts = {"objecttype": [("Pen_bar_a", "PenType"), ("Pen_bar_b", "PenType")]}

    assert SCRIPT["readable_names"](facts) == {"pen_bar_a": "pen 2", "pen_bar_b": "pen 1"}


def test_an_unexpected_goal_is_refused() -> None:
    """A goal that the compact form can't hold stops the conversion."""
    with pytest.raises(ValueError, match="a game: an unexpected goal"):
        SCRIPT["Converter"](GAME | {"target": "Desk"})
