"""The finder that learns from recorded runs which words are entities."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from skillmem.protocols import Mention
from skillmem.structure.commands import (
    Usage,
    argument_names,
    connectors,
    side_by_side,
)
from skillmem.structure.evidence import (
    NAME_WORDS,
    bounded,
    evidence_of,
    gathered,
    goal_phrases,
    working,
)
from skillmem.structure.masking import common_templates, mask
from skillmem.structure.states import refusals
from skillmem.structure.words import Word, possessed, singulars, words
from skillmem.types import Episode, Evidence, Lexicon


class LearntEntityFinder:
    """Finds entities by what varied in recorded actions, whatever the words look like.

    Out of scope: a name that is also a verb or a connector of the same environment (a file
    called `copy`) is read as that operation; and names that stand side by side without a
    number are told apart only once each has been seen to vary beside the same others.
    """

    def learn(self, episodes: Sequence[Episode], lexicon: Lexicon) -> Lexicon:
        """Add what `episodes` show, and read the words anew from all evidence. Pure.

        Runs learnt one by one give the same words as all at once, up to the bounds of the
        evidence and as far as the same refusals are known. A word that more evidence shows
        to be an operation is an entity no longer.
        """
        refused = tuple(dict.fromkeys((*lexicon.refusals, *refusals(episodes))))
        known = evidence_of(lexicon)
        evidence = gathered(known, episodes)
        if evidence == known and refused == lexicon.refusals:
            return lexicon
        learnt = _read(evidence, refused)
        if (kept := bounded(evidence)) != evidence:
            learnt = _with_known(learnt.model_copy(update={"evidence": kept}), lexicon)
        masked = (mask(goal, self.mentions(goal, learnt)).text for goal in evidence.goals)
        goals = common_templates(masked, learnt.operations)
        return learnt.model_copy(update={"goals": goals})

    def mentions(self, text: str, lexicon: Lexicon) -> tuple[Mention, ...]:
        """Find the entities named in `text`, left to right, without overlap."""
        return _names(lexicon.entities).mentions(text)


def reclassified(old: Lexicon, new: Lexicon) -> bool:
    """Tell whether what was masked under `old` may read differently under `new`.

    So it is when an entity no longer is one, when a new operation was a word of an old entity, or
    when a tool turns out to do without an argument.
    """
    calls = new.evidence.calls
    if any(calls.get(tool, names) != names for tool, names in old.evidence.calls.items()):
        return True
    if not set(old.entities) <= set(new.entities):
        return True
    fresh = set(new.operations) - set(old.operations)
    return any(not fresh.isdisjoint(name.split()) for name in old.entities)


def _read(evidence: Evidence, refused: tuple[str, ...]) -> Lexicon:
    commands = working(evidence, refused)
    usage = Usage(commands)
    numbered = {phrase.rpartition(" ")[2] for phrase in evidence.sightings}
    first = connectors(usage, numbered=numbered)
    shown = argument_names(commands, first, longest=NAME_WORDS)
    sighted = tuple(_sighted(evidence, shown))
    named = dict.fromkeys((*evidence.names, *(it.name for it in sighted)))
    modifiers = {word for it in sighted for word in it.modifiers}
    found = connectors(usage, {*named, *shown}, modifiers=modifiers, numbered=numbered)
    operations = dict.fromkeys(entry[0] for entry in commands if entry) | found
    whole = goal_phrases(evidence).union(named)
    adjacent = side_by_side(commands, operations, whole=whole)
    entities = argument_names(
        commands,
        operations,
        longest=NAME_WORDS,
        adjacent=adjacent,
        asked=goal_phrases(evidence, shortest=1),
    )
    entities |= {name: None for name in named if name not in operations}
    return Lexicon(
        entities=tuple(entities),
        operations=tuple(operations),
        adjacent=tuple(adjacent),
        refusals=refused,
        evidence=evidence,
    )


class _Sighted(NamedTuple):
    """A name that an answer gave with a number, and the words that stood before such names."""

    name: str
    modifiers: tuple[str, ...]


def _sighted(evidence: Evidence, shown: Collection[str]) -> Iterator[_Sighted]:
    """Read each sighting: its last word is the name, or the longest end that commands share."""
    known = {end for name in shown for end in _ends(name.split())}
    for phrase in evidence.sightings:
        parts = phrase.split()
        last = len(parts) - 1
        starts = (*(at for at, end in enumerate(_ends(parts)) if end in known and at < last), last)
        yield _Sighted(
            " ".join(parts[starts[0] :]), tuple(parts[at - 1] for at in starts if at > 0)
        )


def _ends(parts: Sequence[str]) -> Iterator[str]:
    return (" ".join(parts[at:]) for at in range(len(parts)))


def _with_known(learnt: Lexicon, before: Lexicon) -> Lexicon:
    """Keep words whose evidence may have been beyond the bounds, unless it is contradicted."""
    operations = dict.fromkeys((*before.operations, *learnt.operations))
    old = (name for name in before.entities if operations.keys().isdisjoint(name.split()))
    return learnt.model_copy(
        update={
            "entities": tuple(dict.fromkeys((*old, *learnt.entities))),
            "operations": tuple(operations),
            "adjacent": tuple(dict.fromkeys((*before.adjacent, *learnt.adjacent))),
        }
    )


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
            name, end = named.name, place + named.length
            if end < len(tokens) and _numbers(tokens[end - 1], tokens[end]):
                end += 1
            cut = named.cut if end == place + named.length else 0
            found.append(Mention(tokens[place].start, tokens[end - 1].end - cut, name))
            place = end
        return tuple(found)

    def _at(self, tokens: Sequence[Word], place: int) -> _Named | None:
        first = tokens[place]
        starts = (first.text, *possessed(first.text), *singulars(first.text))
        for parts in (parts for start in starts for parts in self._by_first.get(start, ())):
            cut = _unmatched(tokens[place : place + len(parts)], parts)
            if cut is not None:
                return _Named(" ".join(parts), len(parts), cut)
        if first.form != "word":
            return _Named(first.text.strip("\"'`"), 1, 0)
        return None


class _Named(NamedTuple):
    """A name, how many words it has, and the characters of the last that are not its own."""

    name: str
    length: int
    cut: int


def _unmatched(tokens: Sequence[Word], parts: Sequence[str]) -> int | None:
    """Tell how many characters follow the name within its last word; none: it's not there."""
    if len(tokens) < len(parts) or any(
        token.text != part for token, part in zip(tokens[:-1], parts[:-1], strict=True)
    ):
        return None
    last = tokens[-1].text
    if parts[-1] in (last, *singulars(last)):
        return 0
    return len(last) - len(parts[-1]) if parts[-1] in possessed(last) else None


def _numbers(word: Word, number: Word) -> bool:
    """Tell whether `number` belongs to the name that ends with `word`."""
    return word.form == "word" and number.form == "number" and number.start == word.end + 1


@lru_cache(maxsize=8)
def _names(entities: tuple[str, ...]) -> _Names:
    return _Names(entities)
