"""What runs show about words, kept small, so that all of it can be read anew."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from itertools import islice

from pydantic import JsonValue

from skillmem.structure.commands import Command, command
from skillmem.structure.words import words
from skillmem.types import Episode, Evidence, Lexicon, Step, Trial

COMMANDS = 8_192
NAMES = 4_096
GOALS = 1_024
TOOLS = 1_024
NAME_WORDS = 5
ANSWERS = 3
DIGEST_BYTES = 4
GOAL_CHARACTERS = 1_000
OBSERVATION_CHARACTERS = 4_000

_WORD = r"[^\W\d_]+(?:['’-][^\W\d_]+)*"
_NUMBERED = re.compile(
    rf"(?<![\w'’-])(?:{_WORD}[.,]?\s){{0,5}}{_WORD}\s(?=\d+(?:[.,;:!?)\]]|\s*$))"
)
_MARKS = re.compile("[.,]")
_PUNCTUATED = re.compile(r"[^\w\s]\s$")


def evidence_of(lexicon: Lexicon) -> Evidence:
    """Give what a lexicon rests on; the words of one without evidence speak for themselves."""
    if lexicon.evidence != Evidence():
        return lexicon.evidence
    return Evidence(
        commands=tuple(map(Trial, lexicon.operations)),
        names=lexicon.entities,
        goals=lexicon.goals,
    )


def gathered(known: Evidence, episodes: Sequence[Episode]) -> Evidence:
    """Add what `episodes` show; the result doesn't depend on what came in one batch."""
    trials = {trial.command: trial.answers for trial in known.commands}
    names = dict.fromkeys(known.names)
    sightings = dict.fromkeys(known.sightings)
    goals = dict.fromkeys(known.goals)
    calls = dict(known.calls)
    for episode in episodes:
        if episode.outcome is not None and episode.outcome.success:
            _narrow(calls, episode.steps)
        goals[episode.task.goal[:GOAL_CHARACTERS]] = None
        sightings |= dict.fromkeys(_numbered(episode.task.observation))
        for step in episode.steps:
            _add(trials, step)
            names |= dict.fromkeys(_values(step))
            sightings |= dict.fromkeys(_numbered(step.observation))
    return Evidence(
        commands=tuple(Trial(*entry) for entry in trials.items()),
        names=tuple(names),
        sightings=tuple(sightings),
        goals=tuple(goals),
        calls=calls,
    )


def bounded(evidence: Evidence) -> Evidence:
    """Keep what came first, up to some thousands of each."""
    return Evidence(
        commands=evidence.commands[:COMMANDS],
        names=evidence.names[:NAMES],
        sightings=evidence.sightings[:NAMES],
        goals=evidence.goals[:GOALS],
        calls=dict(islice(evidence.calls.items(), TOOLS)),
    )


def working(evidence: Evidence, refusals: Iterable[str]) -> tuple[Command, ...]:
    """Give the commands that are shown to work: that were not only ever refused."""
    refused = set(map(_digest, refusals))
    return tuple(
        tuple(trial.command.split())
        for trial in evidence.commands
        if not trial.answers or not refused.issuperset(trial.answers)
    )


def goal_phrases(evidence: Evidence, *, shortest: int = 2) -> frozenset[str]:
    """Give what stands side by side in goals: up to four words, and at least `shortest`."""
    found = set()
    for goal in evidence.goals:
        texts = [word.text for word in words(goal)]
        for length in range(shortest, 5):
            found |= {
                " ".join(it) for it in zip(*(texts[at:] for at in range(length)), strict=False)
            }
    return frozenset(found)


def _narrow(calls: dict[str, tuple[str, ...]], steps: Iterable[Step]) -> None:
    """Keep of each tool's arguments those that these calls have as well."""
    for step in steps:
        if step.tool is not None and step.arguments is not None and step.error is None:
            known = calls.get(step.tool, tuple(sorted(step.arguments)))
            calls[step.tool] = tuple(name for name in known if name in step.arguments)


def _add(trials: dict[str, tuple[str, ...]], step: Step) -> None:
    for text in step.admissible:
        trials[_form(text)] = ()
    if step.error is not None or not says_command(step):
        return
    form = _form(step.action)
    known: Collection[str] = trials.get(form, ("",))
    if known:
        answers = dict.fromkeys((*filter(None, known), _digest(step.observation)))
        trials[form] = tuple(answers) if len(answers) <= ANSWERS else ()


def says_command(step: Step) -> bool:
    """Tell whether a step is told by its action's words, not by a tool and its arguments."""
    return step.tool is None or (step.arguments is None and bool(step.action.strip()))


@lru_cache(maxsize=16_384)
def _form(text: str) -> str:
    return " ".join(command(text))


@lru_cache(maxsize=4_096)
def _digest(text: str) -> str:
    return blake2b(text.encode(errors="replace"), digest_size=DIGEST_BYTES).hexdigest()


@lru_cache(maxsize=16_384)
def _numbered(text: str) -> tuple[str, ...]:
    """Find the words before each number of an answer; a heading's lone word is none."""
    shown = text[:OBSERVATION_CHARACTERS]
    found = ((it, _MARKS.sub("", it[0]).casefold().split()) for it in _NUMBERED.finditer(shown))
    return tuple(
        " ".join(parts)
        for match, parts in found
        if len(parts) > 1 or _PUNCTUATED.search(shown, 0, match.start())
    )


def _values(step: Step) -> Iterator[str]:
    """Find the names in a tool's arguments; a number at a name's end is left out."""
    if step.tool is None:
        return
    for value in argument_values(step.arguments or {}):
        parts = words(value)
        kept = parts[:-1] if parts and parts[-1].form == "number" else parts
        if 0 < len(kept) <= NAME_WORDS and any(part.form == "word" for part in kept):
            yield " ".join(part.text for part in kept)


def argument_values(value: JsonValue) -> Iterator[str]:
    """Give the texts and numbers within a JSON value, in order; keys are left out."""
    if isinstance(value, dict):
        for entry in value.values():
            yield from argument_values(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from argument_values(entry)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
