"""What a batch of episodes teaches: demonstrations, lessons, and reasons for the rest."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from skillmem.config import ConsolidationConfig
from skillmem.consolidation.compaction import compact
from skillmem.consolidation.comparison import comparer
from skillmem.consolidation.drafts import UNPLACED, disproved, objection
from skillmem.consolidation.ladders import make_ladder
from skillmem.consolidation.refinements import NO_HELP, SAID_BEFORE, Attempts, refined, won
from skillmem.consolidation.selection import first_episode
from skillmem.consolidation.spending import NoPurse
from skillmem.consolidation.triage import triage
from skillmem.consolidation.verdicts import distrust, trust, verdict
from skillmem.errors import CapReached
from skillmem.protocols import Distiller, EntityFinder, Purse, Replay, Watch
from skillmem.structure.skeletons import skeleton
from skillmem.structure.templates import Reader, reader
from skillmem.types import (
    Cost,
    Demonstration,
    Episode,
    Lesson,
    Lexicon,
    Logged,
    MemoryItem,
    Outcome,
)

State = tuple[str, str]

DONE: State = ("done", "")
NOTHING = "nothing in it tells it apart from the successes known so far"


class Instruments(NamedTuple):
    """What `distil` works with."""

    finder: EntityFinder
    distiller: Distiller
    replay: Replay | None = None
    config: ConsolidationConfig = ConsolidationConfig()
    purse: Purse = NoPurse()
    watch: Watch | None = None


class Findings(NamedTuple):
    """What a batch teaches, before it is given a place in a namespace's history.

    The items have no id, namespace or version yet. `states` maps each episode to (`done`,
    `skipped`, `waiting` or `pending`, reason), where a failure waits that later successes may
    explain, and one is pending that a distiller could not afford to look at;
    `verdicts` maps each judged one to whether it succeeded.
    """

    demonstrations: tuple[Demonstration, ...]
    lessons: tuple[Lesson, ...]
    lexicon: Lexicon
    states: Mapping[str, State]
    verdicts: Mapping[str, bool]
    cost: Cost = Cost()


class Judged(NamedTuple):
    """An episode and the verdict that counts."""

    episode: Episode
    outcome: Outcome


def distil(
    logged: Sequence[Logged],
    *,
    known: Sequence[MemoryItem],
    lexicon: Lexicon,
    instruments: Instruments,
) -> Findings:
    """Learn the words, make demonstrations of successes, then lessons of failures.

    Nothing is written anywhere, and nothing is learnt from runs without a trusted verdict,
    words included. Failures are held against the live demonstrations in `known` and the new
    ones. A draft that can't become a lesson is refused, and the batch goes on.
    """
    learnt = learn_words(logged, lexicon=lexicon, instruments=instruments)
    return distil_by(logged, known=known, lexicon=learnt, instruments=instruments)


def distil_by(
    logged: Sequence[Logged],
    *,
    known: Sequence[MemoryItem],
    lexicon: Lexicon,
    instruments: Instruments,
) -> Findings:
    """Do as `distil` does, by words that are learnt already."""
    config = instruments.config
    entries = [_settled(entry, config) for entry in logged]
    states: dict[str, State] = {}
    judged = [it for it in entries if not _skipped(it, config, states)]
    read = reader(instruments.finder, lexicon)
    successes = [_judged(it) for it in judged if it.outcome and it.outcome.success]
    failures = [_judged(it) for it in judged if it.outcome and not it.outcome.success]
    made = [
        _demonstration(it, read, instruments)
        for it in _watched("successes", successes, instruments.watch)
    ]
    demonstrations = tuple(item for item, _ in made)
    held = _held_against(demonstrations, known, overturned={it.episode.id for it in failures})
    lessons: list[Lesson] = []
    states |= {it.episode.id: DONE for it in successes}
    attempts = Attempts(judged)
    for it in _watched("failures", failures, instruments.watch):
        found = _tried_lesson(it, held, attempts, read, instruments)
        states[it.episode.id] = DONE if isinstance(found, Lesson) else found
        lessons += [found] if isinstance(found, Lesson) else []
    return Findings(
        demonstrations=demonstrations,
        lessons=tuple(lessons),
        lexicon=lexicon,
        states=states,
        verdicts={
            it.id: it.outcome.success
            for it in entries
            if it.outcome is not None and distrust(it.outcome, config) is None
        },
        cost=Cost(replays=sum(replays for _, replays in made)),
    )


def learn_words(logged: Sequence[Logged], *, lexicon: Lexicon, instruments: Instruments) -> Lexicon:
    """Add to a lexicon what the runs with a trusted verdict show; nothing of the others."""
    config = instruments.config
    entries = [_settled(entry, config) for entry in logged]
    trusted = [it for it in entries if distrust(it.outcome, config) is None]
    return instruments.finder.learn(trusted, lexicon)


def _watched(stage: str, entries: Sequence[Judged], watch: Watch | None) -> Iterator[Judged]:
    """Give the entries one by one, and tell how many are done."""
    for done, entry in enumerate(entries):
        if watch is not None:
            watch(stage, done, len(entries))
        yield entry
    if watch is not None and entries:
        watch(stage, len(entries), len(entries))


def _settled(entry: Logged, config: ConsolidationConfig) -> Episode:
    """Give the episode with the verdict that counts."""
    return entry.episode.model_copy(update={"outcome": verdict(entry, config)})


def _judged(episode: Episode) -> Judged:
    assert episode.outcome is not None
    return Judged(episode, episode.outcome)


def _skipped(episode: Episode, config: ConsolidationConfig, states: dict[str, State]) -> bool:
    """Note why an episode can't become memory, and tell whether that is so."""
    reason = distrust(episode.outcome, config)
    if reason is None and not episode.steps:
        reason = "no steps"
    if reason is not None:
        states[episode.id] = ("skipped", reason)
    return reason is not None


def _held_against(
    made: Sequence[Demonstration], known: Sequence[MemoryItem], *, overturned: Collection[str]
) -> list[Demonstration]:
    """Give the successes that failures may be held against: what is known and stands, and new."""
    gone = {*overturned, *map(first_episode, made)}
    standing = [
        item
        for item in known
        if isinstance(item, Demonstration)
        and item.retired_in is None
        and first_episode(item) not in gone
    ]
    return [*standing, *made]


def _demonstration(
    judged: Judged, read: Reader, instruments: Instruments
) -> tuple[Demonstration, int]:
    episode, config = judged.episode, instruments.config
    compacted = compact(episode, reader=read, replay=instruments.replay, limit=config.replay_limit)
    goal = episode.task.goal
    item = Demonstration(
        id=UNPLACED,
        namespace=(),
        episode_ids=(episode.id,),
        version=0,
        trust=trust(judged.outcome, config),
        goal=read.goal(goal).text,
        skeleton=skeleton(compacted.steps, finder=read.finder, lexicon=read.lexicon, goal=goal),
        task=episode.task,
        steps=compacted.steps,
        verified=compacted.verified,
        refines=refined(episode),
        ladder=make_ladder(compacted.recorded, goal=goal, read=read),
    )
    return item, compacted.replays


def _tried_lesson(
    judged: Judged,
    successes: Sequence[Demonstration],
    attempts: Attempts,
    read: Reader,
    instruments: Instruments,
) -> Lesson | State:
    """Make a lesson as `_lesson` does, but none that was tried as a critique and did not help.

    One whose critique led to a success rests on that success.
    """
    failure = judged.episode
    led_to = attempts.led_to(failure)
    if led_to is not None and not won(led_to):
        return ("skipped", NO_HELP)
    found = _lesson(judged, successes, read, instruments)
    if isinstance(found, Lesson) and attempts.repeats(failure, successes, comparer(read)):
        return ("skipped", SAID_BEFORE)
    if not isinstance(found, Lesson) or led_to is None:
        return found
    return found.model_copy(update={"model_ids": (led_to.id,)})


def _lesson(
    judged: Judged, successes: Sequence[Demonstration], read: Reader, instruments: Instruments
) -> Lesson | State:
    """Make a lesson of an agent's mistake, or say in what state a failure is left, and why."""
    failure = judged.episode
    compared = comparer(read).compare(failure, successes)
    told = triage(failure, judged.outcome, compared, lexicon=read.lexicon)
    if instruments.config.triage and told.cause not in ("mistake", "unknown"):
        return ("skipped", f"{told.cause}: {told.reason}")
    try:
        draft = instruments.distiller.distil(
            failure,
            successes=successes,
            finder=read.finder,
            lexicon=read.lexicon,
            purse=instruments.purse,
        )
    except CapReached as reached:
        return ("pending", f"left for the next batch: {reached}")
    if draft is None:
        return ("waiting", NOTHING)
    refused = objection(draft, failure, read) or disproved(draft)
    if refused is not None:
        return ("skipped", refused)
    return Lesson(
        id=UNPLACED,
        namespace=(),
        episode_ids=(failure.id,),
        version=0,
        trust=trust(judged.outcome, instruments.config),
        goal=draft.goal,
        skeleton=draft.skeleton,
        situation=draft.situation,
        mistake=draft.mistake,
        advice=draft.advice,
        model_ids=draft.model_ids,
        counterexample_ids=draft.counterexample_ids,
        cause=draft.cause,
        written_by=draft.written_by,
    )
