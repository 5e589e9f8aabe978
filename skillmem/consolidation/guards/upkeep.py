"""Guards over time: made of all runs now and then, and rechecked by every success."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

from skillmem.config import ConsolidationConfig, GuardConfig
from skillmem.consolidation.drafts import UNPLACED
from skillmem.consolidation.guards.checking import concerns, guarding
from skillmem.consolidation.guards.conduct import Conduct, Followed, conduct, followed
from skillmem.consolidation.guards.following import reach
from skillmem.consolidation.guards.mining import Mined, mine
from skillmem.consolidation.guards.wording import texts
from skillmem.consolidation.verdicts import trust
from skillmem.structure.templates import Reader
from skillmem.types import (
    Contradiction,
    Demonstration,
    Episode,
    Lesson,
    MemoryItem,
    Outcome,
)

FIRST = 25
"""Episodes after which guards are looked for the first time."""


Judgement = tuple[Episode, Outcome]


class Rechecked(NamedTuple):
    """What became of guards, and which successes did what some of them forbade."""

    lessons: tuple[Lesson, ...]
    contradictions: tuple[Contradiction, ...]


def is_due(before: int, after: int) -> bool:
    """Tell whether guards are to be mined anew: whenever the judged episodes have doubled.

    So that over time each episode is read a bounded number of times.
    """
    return (after // FIRST).bit_length() > (before // FIRST).bit_length()


def uphold(
    known: Sequence[MemoryItem],
    made: Sequence[Demonstration],
    judged: Iterable[Judgement],
    *,
    read: Reader,
    config: GuardConfig,
) -> Rechecked:
    """Recheck the known guards by the successes of a batch, and what it made of them."""
    won = (followed(episode, read) for episode, outcome in judged if outcome.success)
    runs = chain(won, (followed(it, read) for it in made))
    return recheck(guarding(known), runs, read, config)


def renew(
    shown: Sequence[Demonstration],
    judged: Callable[[], Iterable[Judgement]],
    *,
    read: Reader,
    config: ConsolidationConfig,
) -> Rechecked:
    """Make guards of the newest judged episodes, and hold them against all successes.

    `judged` gives all that there are, oldest first; it is asked twice only if there are more
    than guards are looked for in. `shown` are the demonstrations, known and new.
    """
    newest = deque[Conduct](maxlen=config.guards.episodes)
    trusted: dict[str, float] = {}
    for episode, outcome in judged():
        newest.append(conduct(episode, read, success=outcome.success))
        trusted[episode.id] = trust(outcome, config)
    made = (lesson_of(it, trusted=trusted) for it in mine(newest, config.guards))
    older = islice(judged(), len(trusted) - len(newest)) if len(trusted) > len(newest) else ()
    runs = chain(
        (followed(episode, read) for episode, outcome in older if outcome.success),
        (it.run for it in newest if it.success),
        (followed(it, read) for it in shown),
    )
    return recheck([it for it in made if it is not None], runs, read, config.guards)


def lesson_of(mined: Mined, *, trusted: Mapping[str, float]) -> Lesson | None:
    """Make a lesson of a guard; nothing when its actions can't be told without a digit."""
    said = texts(mined.guard)
    if any(char.isdigit() for text in said for char in text):
        return None
    return Lesson(
        id=UNPLACED,
        namespace=(),
        episode_ids=mined.episode_ids,
        version=0,
        trust=max(trusted[name] for name in mined.episode_ids),
        goal=mined.goal,
        guard=mined.guard,
        situation=said.situation,
        mistake=said.mistake,
        advice=said.advice,
    )


def recheck(
    lessons: Sequence[Lesson], successes: Iterable[Followed], read: Reader, config: GuardConfig
) -> Rechecked:
    """Hold guards against successes, read once: one that is broken is narrowed, or left out.

    Narrowed, it allows what was done, and rests on the failures that still break it. It is
    left out when these are too few.
    """
    reached: list[dict[str, int]] = [{} for _ in lessons]
    for run in successes:
        for lesson, counts in zip(lessons, reached, strict=True):
            guard = lesson.guard
            if guard is not None and concerns(lesson, run, read):
                count = reach(guard, run, goal=lesson.goal)
                if count > (guard.limit or 0):
                    counts[run.id] = count
    return _settled(lessons, reached, config)


def _settled(
    lessons: Sequence[Lesson], reached: Sequence[Mapping[str, int]], config: GuardConfig
) -> Rechecked:
    kept: list[Lesson] = []
    found: list[Contradiction] = []
    for lesson, counts in zip(lessons, reached, strict=True):
        narrowed = _narrowed(lesson, max(counts.values()), config) if counts else lesson
        if counts:
            found.append(Contradiction(lesson=lesson, against=tuple(counts), narrowed=narrowed))
        kept += [] if narrowed is None else [narrowed]
    return Rechecked(tuple(kept), tuple(found))


def _narrowed(lesson: Lesson, limit: int, config: GuardConfig) -> Lesson | None:
    """Allow so many times; nothing when too few failures went beyond."""
    guard = lesson.guard
    assert guard is not None
    beyond = {
        name: count
        for name, count in zip(lesson.episode_ids, guard.reached, strict=False)
        if count > limit
    }
    if len(beyond) < config.breaches:
        return None
    update = {"pattern": "at_most", "limit": limit, "reached": tuple(beyond.values())}
    mined = Mined(guard.model_copy(update=update), lesson.goal, tuple(beyond))
    return lesson_of(mined, trusted=dict.fromkeys(beyond, lesson.trust))
