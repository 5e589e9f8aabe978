"""Which of the engine's valid commands are listed: a hundred or so instead of a thousand."""

from __future__ import annotations

import re
from collections.abc import Sequence

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
ON_TWO = ("connect", "dunk", "move", "pour", "use")
JOINT = re.compile(r" (?:to|into|in|on) ")
CONTACT = re.compile(r"\b(anode|cathode|terminal \d)\b")
DOOR = re.compile(r"go to (door\b|.* door$)")
PUT_DOWN = "put down "
WORD = re.compile(r"[a-z]+")
BRIEFING = "your task is to, first, into, then, find a(n) and you focus on the thing, it in of"
NAMELESS = frozenset(WORD.findall(BRIEFING))
"""What goals are worded with: words that name nothing."""


def listed(valid: Sequence[str], goal: str) -> list[str]:
    """Choose from the engine's valid commands, sorted, each once.

    Kept are: looking around, waiting a step; what is done to one thing (`go to`, `focus on`,
    `pick up`, `mix`, …); and what joins two (`move`, `pour`, `use`, `connect`, `dunk`) where
    one of them is carried, or shares a word with the goal, or both are electrical contacts.
    Left out are: closing, eating, looking at a thing, waiting long, walking to a door instead
    of the room behind it, and what restarts the task. When the engine asks which of several
    things was meant, its numbers are kept.
    """
    wanted = _words(goal)
    carried = frozenset(text.removeprefix(PUT_DOWN) for text in valid if text.startswith(PUT_DOWN))
    return sorted({text for text in valid if _matters(text, wanted, carried)})


def _matters(text: str, wanted: frozenset[str], carried: frozenset[str]) -> bool:
    if text in ALONE or text.isdecimal():
        return True
    if text.startswith(ON_ONE):
        return not DOOR.fullmatch(text)
    return text.startswith(ON_TWO) and any(
        _fits(text[: joint.start()].partition(" ")[2], text[joint.end() :], wanted, carried)
        for joint in JOINT.finditer(text)
    )


def _fits(one: str, two: str, wanted: frozenset[str], carried: frozenset[str]) -> bool:
    if CONTACT.search(one) and CONTACT.search(two):
        return True
    return any(thing in carried or _words(thing) & wanted for thing in (one, two))


def _words(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(text.lower())) - NAMELESS
