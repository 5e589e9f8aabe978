"""Which of the engine's valid commands are listed: some hundred instead of a thousand or more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

ALONE = ("look around", "inventory", "wait1")
ON_ONE = (
    "activate",
    "deactivate",
    "disconnect",
    "focus on",
    "go to",
    "mix",
    "open",
    "pick up",
    "put down",
    "read",
    "teleport to",
)
ON_TWO = ("connect", "move", "pour", "use")
JOINT = re.compile(r" (?:to|into|in|on) ")
CONTACT = re.compile(r"\b(anode|cathode|terminal \d)\b")
DOOR = re.compile(r"go to (door\b.*|.* door)")
WORD = re.compile(r"[a-z]+")
BRIEFING = "your task is to, first, into, then, find a(n) and you focus on the thing, it in of"
NAMELESS = frozenset(WORD.findall(BRIEFING))
"""What goals are worded with: words that name nothing."""


class Scene(NamedTuple):
    """What decides which things may be joined: the goal's words, what is carried, the rooms."""

    wanted: frozenset[str]
    carried: frozenset[str]
    rooms: frozenset[str]


def listed(valid: Sequence[str], goal: str) -> list[str]:
    """Choose from the engine's valid commands, sorted, each once.

    Kept are: looking around, waiting a step; what is done to one thing (`go to`, `focus on`,
    `pick up`, `mix`, …); and what joins two (`move`, `pour`, `use`, `connect`) where one of
    them is carried, or shares a word with the goal, or both are electrical contacts. Left out
    are: closing, eating, dunking, looking at a thing, waiting long, walking to a door instead
    of the room behind it, moving a thing to a room, and what restarts the task. When the
    engine asks which of several things was meant, its numbers are kept.
    """
    carried = _objects(valid, "put down ")
    rooms = _objects(valid, "go to ") | _objects(valid, "teleport to ")
    scene = Scene(_words(goal), carried, rooms)
    return sorted({text for text in valid if _matters(text, scene)})


def _objects(valid: Sequence[str], verb: str) -> frozenset[str]:
    return frozenset(text.removeprefix(verb) for text in valid if text.startswith(verb))


def _matters(text: str, scene: Scene) -> bool:
    if text in ALONE or text.isdecimal():
        return True
    if text.startswith(ON_ONE):
        return not DOOR.fullmatch(text)
    return text.startswith(ON_TWO) and any(
        _fits(text[: joint.start()].partition(" ")[2], text[joint.end() :], scene)
        for joint in JOINT.finditer(text)
    )


def _fits(one: str, two: str, scene: Scene) -> bool:
    if two in scene.rooms:
        return False
    if CONTACT.search(one) and CONTACT.search(two):
        return True
    return any(thing in scene.carried or _words(thing) & scene.wanted for thing in (one, two))


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.lower())) - NAMELESS
