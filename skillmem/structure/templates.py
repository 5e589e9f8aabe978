"""Actions without their entities: what was done, apart from to what."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, cast

from pydantic import JsonValue

from skillmem.actions import Scalar, call_text
from skillmem.protocols import EntityFinder, Mention
from skillmem.structure.commands import command, form
from skillmem.structure.evidence import says_command
from skillmem.structure.masking import Masked, escaped, masked_goal, slot
from skillmem.structure.words import Word, words
from skillmem.types import Lexicon, Step

READ_CHARACTERS = 2_000
READ_VALUES = 64
REMEMBERED = 32_768
"""Texts of a sort that a reader remembers; with more it begins anew."""

_HOLE = re.compile(r"\{(:*)(\d+)\}")
_LITERAL_HOLE = re.compile(r"\{(?=:*\d+\})")


class Argument(NamedTuple):
    """What an action is done to: the kind (`apple`) and the very thing (`apple 3`).

    `head` is a shorter name that a goal may use (`apple` for `red apple`); empty when that
    is known as the name of something else.
    """

    kind: str
    thing: str
    head: str = ""


class Template(NamedTuple):
    """An action with its arguments replaced by the holes ``{0}``, ``{1}``, … in order.

    What looks like a hole in the action itself has one more colon: ``{:0}`` is a ``{0}``.
    """

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
        """Write the action with `names` in its holes."""

        def filled(hole: re.Match[str]) -> str:
            colons, number = hole.groups()
            return f"{{{colons[1:]}{number}}}" if colons else names[int(number)]

        return _HOLE.sub(filled, self.pattern)


class Reader:
    """Reads actions and goals by one lexicon, remembering what it has read.

    Of an action and of each value of a call the first 2,000 characters count, of a call the
    first 64 values.
    """

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
        if not says_command(step):
            return self._call(step)
        action = step.action[:READ_CHARACTERS]
        if action not in self._actions:
            _make_room(self._actions)
            self._actions[action] = self._action(action)
        return self._actions[action]

    def goal(self, text: str) -> Masked:
        """Mask a goal."""
        if text not in self._goals:
            _make_room(self._goals)
            self._goals[text] = masked_goal(text, finder=self.finder, lexicon=self.lexicon)
        return self._goals[text]

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Find the entities named in a text."""
        if text not in self._mentions:
            _make_room(self._mentions)
            self._mentions[text] = self.finder.mentions(text, self.lexicon)
        return self._mentions[text]

    def argument(self, text: str) -> Argument:
        """Read an argument: its kind is its words without a number at the end."""
        texts = [token.text.strip("\"'`") for token in words(text)]
        numbered = len(texts) > 1 and texts[-1].isdecimal()
        kept = texts[:-1] if numbered else texts
        kind = " ".join(kept) or text
        head = kept[-1] if len(kept) > 1 else ""
        distinct = kind in self.entities and head in self.entities
        return Argument(kind, " ".join(texts) or text, "" if distinct else head)

    def _action(self, action: str) -> Template:
        entry = command(action)
        apart = bool(entry and self.lexicon.adjacent) and self._stand_apart(entry)
        spans: list[list[Word]] = []
        last: Mention | None = None
        open_span = False
        named = self.finder.mentions(action, self.lexicon)
        for token in words(action)[1:]:
            mention = _covering(named, token)
            if mention is None and token.text in self.operations:
                open_span, last = False, None
                continue
            inside = mention is not None and mention is last
            ended = apart or (mention is not None and last is not None)
            joined = open_span and token.form != "name" and _adjacent(spans[-1][-1], token, action)
            if inside or (joined and (token.form == "number" or not ended)):
                spans[-1].append(token)
            else:
                spans.append([token])
            open_span, last = token.form == "word", mention
        return self._template(action, [(span[0].start, span[-1].end) for span in spans])

    def _stand_apart(self, entry: Sequence[str]) -> bool:
        return form(tuple(entry), self.operations) in self.lexicon.adjacent

    def _template(self, action: str, spans: Sequence[tuple[int, int]]) -> Template:
        parts: list[str] = []
        end = 0
        for number, (start, stop) in enumerate(spans):
            parts += [_literal(action[end:start]), f"{{{number}}}"]
            end = stop
        pattern = "".join([*parts, _literal(action[end:])])
        arguments = (self.argument(action[start:stop]) for start, stop in spans)
        return Template(" ".join(pattern.split()), tuple(arguments))

    def _call(self, step: Step) -> Template:
        """Read a tool's call: each value is an argument, within the quotes of a text.

        The arguments' order plays no part, and neither do those that some calls in successes did
        without, if there are others.
        """
        found: list[Argument] = []

        def scalar(value: Scalar) -> str:
            found.append(self.argument(str(value)[:READ_CHARACTERS]))
            hole = f"{{{len(found) - 1}}}"
            return f'"{hole}"' if isinstance(value, str) else hole

        given = step.arguments or {}
        needed = self.lexicon.evidence.calls.get(step.tool or "", ())
        kept = {name: given[name] for name in needed if name in given}
        arguments = _first(kept or given)
        pattern = call_text(_literal(step.tool or ""), arguments, scalar=scalar)
        return Template(pattern, tuple(found))


def reader(finder: EntityFinder, lexicon: Lexicon) -> Reader:
    """Give the reader of a lexicon; the same one for the same finder and lexicon."""
    return _reader(cast("Hashable", finder), lexicon)


@lru_cache(maxsize=4)
def _reader(finder: Hashable, lexicon: Lexicon) -> Reader:
    return Reader(cast("EntityFinder", finder), lexicon)


def literal_holes(text: str) -> str:
    """Write what looks like a hole so that `Template.fill` gives it back as it was."""
    return _LITERAL_HOLE.sub("{:", text)


def _make_room(remembered: dict[str, Any]) -> None:
    """Forget everything once there is too much of it, so that a long life costs no memory."""
    if len(remembered) >= REMEMBERED:
        remembered.clear()


def _literal(text: str) -> str:
    """Write text of a pattern so that nothing in it is taken for a slot or a hole."""
    return literal_holes(escaped(text[:READ_CHARACTERS]))


def _first(arguments: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Keep the first values of a call's arguments, with keys to write in a pattern."""
    left = READ_VALUES

    def kept(value: JsonValue) -> JsonValue:
        nonlocal left
        left -= 1
        if isinstance(value, dict):
            return {_literal(name): kept(entry) for name, entry in value.items() if left > 0}
        return [kept(entry) for entry in value if left > 0] if isinstance(value, list) else value

    return {_literal(name): kept(entry) for name, entry in arguments.items() if left > 0}


def _covering(mentions: Sequence[Mention], word: Word) -> Mention | None:
    return next((it for it in mentions if it.start <= word.start < it.end), None)


def _adjacent(left: Word, right: Word, text: str) -> bool:
    return not text[left.end : right.start].strip()
