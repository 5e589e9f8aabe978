"""Goals without their entities: which tasks are of one kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from skillmem.protocols import EntityFinder, Mention
from skillmem.types import Lexicon

ABSORBED_WORDS = 3
READ_CHARACTERS = 4_000
UNIFIED_PIECES = 200
SEARCHED_NODES = 2_000
LETTERS = 26

SLOT = re.compile(r"<([A-Z]+)>")
_PIECE = re.compile(r"<[A-Z]+>|[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]|_")
_DIGITS = re.compile(r"(?<!\w)\w*\d\w*")


def slot(number: int) -> str:
    """Name slot `number`, from 0: ``<A>`` to ``<Z>``, then ``<AA>``."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return f"<{letters}>"


class Masked(NamedTuple):
    """A text without its entities, and the name that stood in each slot, in order."""

    text: str
    names: tuple[str, ...]


def slots_of(masked: Masked) -> tuple[str, ...]:
    """Give the slots of a masked text's names, in order."""
    return tuple(map(slot, range(len(masked.names))))


def mask_goal(goal: str, *, finder: EntityFinder, lexicon: Lexicon) -> str:
    """Replace the entities of `goal` by slots; the result holds no digit.

    A goal that names things never seen is masked like its siblings: when a masked goal of
    the lexicon differs only in that its slots stand where unknown words stand, that is the
    result. Of a goal beyond 4,000 characters only the first 4,000 count.
    """
    return masked_goal(goal, finder=finder, lexicon=lexicon).text


def masked_goal(goal: str, *, finder: EntityFinder, lexicon: Lexicon) -> Masked:
    """Mask `goal` as `mask_goal` does, and tell what stood in its slots."""
    read = goal[:READ_CHARACTERS]
    plain = mask(read, finder.mentions(read, lexicon))
    if plain.text in _goals(lexicon):
        return plain
    return _templates(lexicon).unify(plain) or plain


def mask(text: str, mentions: Sequence[Mention]) -> Masked:
    """Replace `mentions` by slots, numbered by first appearance, and escape other slots."""
    names: dict[str, str] = {}
    parts: list[str] = []
    end = 0
    for mention in mentions:
        parts.append(escaped(text[end : mention.start]))
        parts.append(names.setdefault(mention.name, slot(len(names))))
        end = mention.end
    parts.append(escaped(text[end:]))
    joined = " ".join("".join(parts).split())
    text = _DIGITS.sub(lambda left: names.setdefault(left[0], slot(len(names))), joined)
    return Masked(text, tuple(names))


def escaped(text: str) -> str:
    """Write what looks like a slot in small letters, so that it isn't taken for one."""
    return SLOT.sub(lambda match: match[0].lower(), text)


def pieces(text: str) -> tuple[str, ...]:
    """Split a masked text into slots, words (folded to one case) and punctuation."""
    return tuple(
        piece if SLOT.fullmatch(piece) else piece.casefold() for piece in _PIECE.findall(text)
    )


def common_templates(masked: Iterable[str], operations: Collection[str]) -> tuple[str, ...]:
    """Drop repetitions, and those that a fuller template explains by unknown words."""
    goals = tuple(dict.fromkeys(masked))
    fullest = sorted(goals, key=lambda goal: -len(set(SLOT.findall(goal))))
    templates = _Templates((), known=set(operations))
    explained: set[str] = set()
    for goal in fullest:
        slots = tuple(dict.fromkeys(SLOT.findall(goal)))
        if templates.unify(Masked(goal, slots)) is None:
            templates.add(goal)
        else:
            explained.add(goal)
    return tuple(goal for goal in goals if goal not in explained)


class _Node:
    """A node of the tree of templates: what may follow, and the template that ends here."""

    def __init__(self, *, is_slot: bool = False) -> None:
        self.is_slot = is_slot
        self.next: dict[str, _Node] = {}
        self.template: str | None = None


class _State(NamedTuple):
    """How far a search has come: a node, the pieces used up, and what its slots stand for."""

    node: _Node
    place: int
    bound: dict[str, str]


class _Templates:
    """Masked goals as a tree of pieces, to find the one that a goal is an instance of.

    Goals of more than 200 pieces neither are templates nor instances of one.
    """

    def __init__(self, goals: Iterable[str], *, known: set[str]) -> None:
        self._root = _Node()
        self._known = known
        self._literals: set[str] = set()
        for goal in goals:
            self.add(goal)

    def add(self, goal: str) -> None:
        parts = pieces(goal)
        if len(parts) > UNIFIED_PIECES:
            return
        node = self._root
        for piece in parts:
            is_slot = SLOT.fullmatch(piece) is not None
            if not is_slot:
                self._literals.add(piece)
            node = node.next.setdefault(piece, _Node(is_slot=is_slot))
        node.template = node.template or goal

    def unify(self, plain: Masked) -> Masked | None:
        """Find a template with slots where `plain` has slots or up to three unknown words.

        A search that takes too many steps finds none.
        """
        parts = pieces(plain.text)
        if len(parts) > UNIFIED_PIECES:
            return None
        texts = dict(zip(map(slot, range(len(plain.names))), plain.names, strict=True))
        for template, bound in self._walk(parts):
            names = tuple(texts.get(value, value) for value in bound.values())
            if len(set(names)) == len(names):
                return Masked(template, names)
        return None

    def _walk(self, parts: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
        """Find the templates that `parts` are instances of, depth first, as far as affordable."""
        waiting = [_State(self._root, 0, {})]
        for _ in range(SEARCHED_NODES):
            if not waiting:
                return
            state = waiting.pop()
            if state.place < len(parts):
                waiting += reversed(list(self._following(state, parts)))
            elif state.node.template is not None:
                yield state.node.template, state.bound

    def _following(self, state: _State, parts: Sequence[str]) -> Iterator[_State]:
        node, place, bound = state
        for piece, child in node.next.items():
            if not child.is_slot:
                if piece == parts[place]:
                    yield _State(child, place + 1, bound)
                continue
            for end in self._absorbable(parts, place):
                value = " ".join(parts[place:end])
                if bound.get(piece, value) == value:
                    yield _State(child, end, {**bound, piece: value})

    def _absorbable(self, parts: Sequence[str], start: int) -> Iterator[int]:
        """Give where a slot that begins at `start` may end: after a slot, or unknown words."""
        if SLOT.fullmatch(parts[start]):
            yield start + 1
            return
        for end in range(start + 1, min(start + ABSORBED_WORDS, len(parts)) + 1):
            piece = parts[end - 1]
            if not piece[0].isalnum() or piece in self._known or piece in self._literals:
                return
            yield end


@lru_cache(maxsize=8)
def _templates(lexicon: Lexicon) -> _Templates:
    return _Templates(lexicon.goals, known=set(lexicon.operations))


@lru_cache(maxsize=8)
def _goals(lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.goals)
