"""The names of a household's things, from the games' own lists and from what runs show."""

from __future__ import annotations

import re
from collections.abc import Iterable

from envs.household.library import tables
from skillmem import Episode, Lesson

NUMBERED = re.compile(r"\b([a-z]+) \d+\b")
SLOT = re.compile(r"<[A-Z*]+>")


def listed() -> frozenset[str]:
    """Give the types of all objects and receptacles of the games."""
    found = set[str]()
    for room in tables().rooms.values():
        found |= {kind.lower() for kind in room.objects}
        found |= {(place.word or place.type).lower() for place in room.receptacles}
    return frozenset(found)


def shown(episodes: Iterable[Episode]) -> frozenset[str]:
    """Give every word that an environment put before a number."""
    return frozenset(
        word
        for episode in episodes
        for text in (episode.task.observation, *(step.observation for step in episode.steps))
        for word in NUMBERED.findall(text.lower())
    )


def named(lesson: Lesson, names: frozenset[str]) -> list[str]:
    """Give the names of things, and the digits, that a lesson holds."""
    said = "\n".join(
        (lesson.situation, lesson.mistake, lesson.advice, lesson.goal, *lesson.skeleton)
    )
    if lesson.guard is not None:
        said += f"\n{lesson.guard.action}\n{lesson.guard.other or ''}"
    words = re.findall(r"[a-z]+|\d", SLOT.sub(" ", said).lower())
    return sorted(names.intersection(words) | {word for word in words if word.isdigit()})
