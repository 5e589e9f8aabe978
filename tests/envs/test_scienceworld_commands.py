"""Which of ScienceWorld's valid commands are listed; no engine is needed for that."""

from __future__ import annotations

from envs.scienceworld.commands import listed

GOAL = "Your task is to find a(n) plant. First, focus on the thing. Then, move it to the red box."


def test_commands_that_matter_are_kept() -> None:
    """What is done to one thing stays, and what joins a thing with one that the goal names."""
    kept = [
        "focus on flower pot 6",
        "go to kitchen",
        "look around",
        "move flower pot 6 to red box",
        "pick up flower pot 6",
    ]
    left_out = [
        "close fridge",
        "go to door to kitchen",
        "go to kitchen door",
        "look at fridge",
        "move flower pot 6 to fridge",
        "pour jug into sink",
        "reset task",
    ]

    assert listed([*left_out, *kept, *kept], GOAL) == kept


def test_what_is_carried_can_be_joined() -> None:
    """A thing in the inventory may be moved to anything but a room."""
    valid = ["go to kitchen", "put down orange", "move orange to fridge", "move orange to kitchen"]

    assert listed(valid, GOAL) == ["go to kitchen", "move orange to fridge", "put down orange"]


def test_contacts_can_be_connected() -> None:
    """Electrical contacts may be connected with each other, and with nothing else."""
    contacts = "connect battery anode to blue wire terminal 1"

    assert listed([contacts, "connect battery anode to table"], GOAL) == [contacts]


def test_the_engines_question_can_be_answered() -> None:
    """Where the engine asks which thing was meant, its numbers are what can be said."""
    assert listed(["1", "0"], GOAL) == ["0", "1"]
