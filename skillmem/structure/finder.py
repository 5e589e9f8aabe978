"""The finder that learns from recorded runs which words are entities."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pydantic import JsonValue

from skillmem.protocols import Mention
from skillmem.structure.commands import Command, Usage, argument_names, command, connectors
from skillmem.structure.masking import common_templates, mask
from skillmem.structure.states import refusals
from skillmem.structure.words import Word, singulars, words
from skillmem.types import Episode, Lexicon, Step

NAME_WORDS = 4
OBSERVATION_CHARACTERS = 4_000

_NUMBERED = re.compile(r"(?:([^\W\d_]+)|[^\w\s])\s([^\W\d_]+) \d+(?=[.,;:!?)\]]|\s*$)")


class LearntEntityFinder:
    """Finds entities by what varied in recorded actions, whatever the words look like."""

    def learn(self, episodes: Sequence[Episode], lexicon: Lexicon) -> Lexicon:
        """Add what `episodes` show to what was known. Pure; never forgets a word."""
        refused = dict.fromkeys((*lexicon.refusals, *refusals(episodes)))
        commands = tuple(dict.fromkeys(_commands(episodes, refused)))
        answers = tuple(dict.fromkeys(_answers(episodes, refused)))
        named = dict.fromkeys((*_called(episodes), *(it.name for it in answers)))
        usage = Usage(commands)
        shown = argument_names(commands, connectors(usage), longest=NAME_WORDS)
        found = connectors(
            usage, {*lexicon.entities, *named, *shown}, modifiers={it.before for it in answers}
        )
        operations = dict.fromkeys(lexicon.operations)
        operations |= dict.fromkeys(entry[0] for entry in commands if entry) | found
        entities = dict.fromkeys(lexicon.entities)
        entities |= argument_names(commands, operations, longest=NAME_WORDS)
        entities |= {name: None for name in named if name not in operations}
        learnt = Lexicon(
            entities=tuple(entities),
            operations=tuple(operations),
            goals=lexicon.goals,
            refusals=tuple(refused),
        )
        return learnt.model_copy(update={"goals": self._goals(episodes, learnt)})

    def mentions(self, text: str, lexicon: Lexicon) -> tuple[Mention, ...]:
        """Find the entities named in `text`, left to right, without overlap."""
        return _names(lexicon).mentions(text)

    def _goals(self, episodes: Sequence[Episode], lexicon: Lexicon) -> tuple[str, ...]:
        goals = dict.fromkeys(episode.task.goal for episode in episodes)
        masked = (mask(goal, self.mentions(goal, lexicon)).text for goal in goals)
        return common_templates((*lexicon.goals, *masked), lexicon.operations)


class _Names:
    """The names of a lexicon, by their first word."""

    def __init__(self, entities: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for name in entities:
            parts = tuple(name.split())
            self._by_first.setdefault(parts[0], []).append(parts)
        for names in self._by_first.values():
            names.sort(key=len, reverse=True)

    def mentions(self, text: str) -> tuple[Mention, ...]:
        found: list[Mention] = []
        tokens = words(text)
        place = 0
        while place < len(tokens):
            named = self._at(tokens, place)
            if named is None:
                place += 1
                continue
            name, length = named
            end = place + length
            if end < len(tokens) and _numbers(tokens[end - 1], tokens[end]):
                end += 1
            found.append(Mention(tokens[place].start, tokens[end - 1].end, name))
            place = end
        return tuple(found)

    def _at(self, tokens: Sequence[Word], place: int) -> _Named | None:
        if tokens[place].form != "word":
            return _Named(tokens[place].text.strip("\"'`"), 1)
        for first in (tokens[place].text, *singulars(tokens[place].text)):
            for parts in self._by_first.get(first, ()):
                if _matches(tokens[place : place + len(parts)], parts):
                    return _Named(" ".join(parts), len(parts))
        return None


class _Named(NamedTuple):
    name: str
    length: int


def _matches(tokens: Sequence[Word], parts: Sequence[str]) -> bool:
    if len(tokens) < len(parts):
        return False
    *texts, last = [token.text for token in tokens]
    return [*texts, last] == list(parts) or (
        texts == list(parts[:-1]) and parts[-1] in singulars(last)
    )


def _numbers(word: Word, number: Word) -> bool:
    """Tell whether `number` belongs to the name that ends with `word`."""
    return word.form == "word" and number.form == "number" and number.start == word.end + 1


@lru_cache(maxsize=8)
def _names(lexicon: Lexicon) -> _Names:
    return _Names(lexicon.entities)


def _commands(episodes: Sequence[Episode], refused: dict[str, None]) -> Iterator[Command]:
    """Read the commands that are shown to work: admissible ones, and actions not refused."""
    texts: dict[str, None] = {}
    for episode in episodes:
        for step in episode.steps:
            texts |= dict.fromkeys(step.admissible)
            if step.tool is None and step.error is None and step.observation not in refused:
                texts[step.action] = None
    yield from map(command, texts)


class _Answered(NamedTuple):
    """A name that an answer gives with a number, and the word before it."""

    before: str
    name: str


def _called(episodes: Sequence[Episode]) -> Iterator[str]:
    """Find the names in tools' arguments."""
    for episode in episodes:
        for step in episode.steps:
            yield from _values(step)


def _answers(episodes: Sequence[Episode], refused: dict[str, None]) -> Iterator[_Answered]:
    """Find the names in observations: a word and its number."""
    for episode in episodes:
        yield from _numbered(episode.task.observation)
        for step in episode.steps:
            if step.observation not in refused:
                yield from _numbered(step.observation)


@lru_cache(maxsize=16_384)
def _numbered(text: str) -> tuple[_Answered, ...]:
    found = _NUMBERED.finditer(text[:OBSERVATION_CHARACTERS])
    return tuple(_Answered((match[1] or "").casefold(), match[2].casefold()) for match in found)


def _values(step: Step) -> Iterator[str]:
    if step.tool is None:
        return
    for value in argument_values(step.arguments or {}):
        parts = words(value)
        if 0 < len(parts) <= NAME_WORDS and all(part.form == "word" for part in parts):
            yield " ".join(part.text for part in parts)


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
