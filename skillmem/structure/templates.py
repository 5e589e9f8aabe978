"""Actions without their entities: what was done, apart from to what."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple, cast

from skillmem.protocols import EntityFinder, Mention
from skillmem.structure.finder import argument_values
from skillmem.structure.masking import Masked, masked_goal, slot
from skillmem.structure.words import Word, words
from skillmem.types import Lexicon, Step


class Argument(NamedTuple):
    """What an action is done to: the kind (`apple`) and the very thing (`apple 3`)."""

    kind: str
    thing: str


class Template(NamedTuple):
    """An action with its arguments replaced by the slots ``{0}``, ``{1}``, … in order."""

    pattern: str
    arguments: tuple[Argument, ...]

    @property
    def text(self) -> str:
        """Write the action with slots numbered within it alone: ``move <A> to <B>``."""
        things = list(dict.fromkeys(argument.thing for argument in self.arguments))
        return self.fill(tuple(slot(things.index(it.thing)) for it in self.arguments))

    @property
    def verb(self) -> str:
        """Give the first word: what the action does."""
        first = re.match(r"[^\W\d][\w-]*", self.pattern)
        return first[0] if first else self.pattern

    def fill(self, names: Sequence[str]) -> str:
        """Write the action with `names` in its slots."""
        text = self.pattern
        for number, name in enumerate(names):
            text = text.replace(f"{{{number}}}", name)
        return text


class Reader:
    """Reads actions and goals by one lexicon, remembering what it has read."""

    def __init__(self, finder: EntityFinder, lexicon: Lexicon) -> None:
        self.finder = finder
        self.lexicon = lexicon
        self.operations = frozenset(lexicon.operations)
        self.entities = frozenset(lexicon.entities)
        self._actions: dict[str, Template] = {}
        self._goals: dict[str, Masked] = {}
        self._mentions: dict[str, tuple[Mention, ...]] = {}

    def template(self, step: Step) -> Template:
        """Read a step; of a tool's call, the values of its arguments are the arguments."""
        if step.tool is not None:
            return _call(step)
        if step.action not in self._actions:
            self._actions[step.action] = self._action(step.action)
        return self._actions[step.action]

    def goal(self, text: str) -> Masked:
        """Mask a goal."""
        if text not in self._goals:
            self._goals[text] = masked_goal(text, finder=self.finder, lexicon=self.lexicon)
        return self._goals[text]

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Find the entities named in a text."""
        if text not in self._mentions:
            self._mentions[text] = self.finder.mentions(text, self.lexicon)
        return self._mentions[text]

    def _action(self, action: str) -> Template:
        tokens = words(action)
        named = self.finder.mentions(action, self.lexicon)
        spans: list[list[Word]] = []
        open_span = False
        for token in tokens[1:]:
            if token.text in self.operations and not _covers(named, token):
                open_span = False
                continue
            joined = open_span and token.form != "name" and _adjacent(spans[-1][-1], token, action)
            spans = [*spans[:-1], [*spans[-1], token]] if joined else [*spans, [token]]
            open_span = token.form == "word"
        return _template(action, [(span[0].start, span[-1].end) for span in spans])


def reader(finder: EntityFinder, lexicon: Lexicon) -> Reader:
    """Give the reader of a lexicon; the same one for the same finder and lexicon."""
    return _reader(cast("Hashable", finder), lexicon)


@lru_cache(maxsize=4)
def _reader(finder: Hashable, lexicon: Lexicon) -> Reader:
    return Reader(cast("EntityFinder", finder), lexicon)


def _covers(mentions: Sequence[Mention], word: Word) -> bool:
    return any(it.start <= word.start and word.end <= it.end for it in mentions)


def _adjacent(left: Word, right: Word, text: str) -> bool:
    return not text[left.end : right.start].strip()


def _template(action: str, spans: Sequence[tuple[int, int]]) -> Template:
    parts: list[str] = []
    arguments: list[Argument] = []
    end = 0
    for number, (start, stop) in enumerate(spans):
        parts += [action[end:start], f"{{{number}}}"]
        arguments.append(argument(action[start:stop]))
        end = stop
    pattern = "".join([*parts, action[end:]])
    return Template(" ".join(pattern.split()), tuple(arguments))


def argument(text: str) -> Argument:
    """Read an argument: its kind is its words without a number at the end."""
    tokens = words(text)
    thing = " ".join(token.text.strip("\"'`") for token in tokens)
    numbered = len(tokens) > 1 and tokens[-1].form == "number"
    kept = tokens[:-1] if numbered else tokens
    return Argument(" ".join(token.text.strip("\"'`") for token in kept), thing)


def _call(step: Step) -> Template:
    """Read a tool's call: each value, where the action's text holds it, is an argument."""
    spans: list[tuple[int, int]] = []
    for value in filter(None, argument_values(step.arguments or {})):
        found = (match.span() for match in _whole(value).finditer(step.action))
        free = (span for span in found if not any(_overlap(span, other) for other in spans))
        spans += [*free][:1]
    return _template(step.action, sorted(spans))


@lru_cache(maxsize=4096)
def _whole(value: str) -> re.Pattern[str]:
    """Match a value where it stands as a whole, not within a word."""
    return re.compile(rf"(?<!\w){re.escape(value)}(?!\w)")


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]
