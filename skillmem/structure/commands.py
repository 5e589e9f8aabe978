"""Distinct commands, and what they show about the words in them.

A command is a sequence of tokens: its words, with ``#`` for an integer and ``@`` for any
other name by form. Nothing here looks at letters: only at which words stand where, and
what else could stand there.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from skillmem.structure.words import words

NUMBER = "#"
NAME = "@"
HOLE = "_"
END = "$"
COMMAND_WORDS = 24
CLOSED_CLASS = 3
HALF = 0.5
NEARLY_ALL = 0.9

_PAIR = f" {HOLE} {HOLE} "
_RUN = re.compile(rf"{HOLE}(?: {HOLE})+")

Command = tuple[str, ...]


@lru_cache(maxsize=16_384)
def command(text: str) -> Command:
    """Read a command as tokens; an overlong one is cut."""
    signs = {"number": NUMBER, "name": NAME}
    return tuple(signs.get(word.form, word.text) for word in words(text)[:COMMAND_WORDS])


def is_word(token: str) -> bool:
    """Tell a word from the signs for numbers and names."""
    return token not in (NUMBER, NAME)


class Usage:
    """How the words of distinct commands are used, first words (the verbs) apart."""

    def __init__(self, commands: Iterable[Command]) -> None:
        self.commands = tuple(dict.fromkeys(entry for entry in commands if entry))
        self.fillers: dict[Command, dict[str, None]] = defaultdict(dict)
        self.left: dict[str, dict[str, None]] = defaultdict(dict)
        self.right: dict[str, dict[str, None]] = defaultdict(dict)
        self.frames: dict[str, list[Command]] = defaultdict(list)
        self.closing: set[str] = set()
        self.following_verb: dict[str, set[str]] = defaultdict(set)
        self.by_verb: dict[str, list[Command]] = defaultdict(list)
        for entry in self.commands:
            self._take(entry)

    def _take(self, entry: Command) -> None:
        if len(entry) > 1:
            self.by_verb[entry[0]].append(entry)
        for place in range(1, len(entry)):
            token = entry[place]
            frame = (*entry[:place], HOLE, *entry[place + 1 :])
            self.fillers[frame][token] = None
            if is_word(token):
                self._place(token, entry, place, frame)

    def _place(self, token: str, entry: Command, place: int, frame: Command) -> None:
        self.frames[token].append(frame)
        if place == 1:
            self.following_verb[token].add(entry[0])
        else:
            self.left[token][entry[place - 1]] = None
        rest = [sign for sign in entry[place + 1 :] if sign != NUMBER]
        self.right[token][entry[place + 1] if place + 1 < len(entry) else END] = None
        if not rest:
            self.closing.add(token)

    def varying(self, word: str) -> list[Command]:
        """Give the frames in which another token stands where `word` can stand."""
        return [frame for frame in self.frames[word] if len(self.fillers[frame]) > 1]

    def rivals(self, word: str) -> dict[str, None]:
        """Give all that stands where `word` can stand, itself included."""
        return {rival: None for frame in self.frames[word] for rival in self.fillers[frame]}

    def share(self, chosen: Iterable[str], verb: str) -> float:
        """Tell the share of a verb's commands in which one of `chosen` occurs."""
        wanted = set(chosen)
        commands = self.by_verb[verb]
        return sum(not wanted.isdisjoint(entry[1:]) for entry in commands) / len(commands)


def connectors(
    usage: Usage,
    names: Collection[str] = (),
    *,
    modifiers: Collection[str] = (),
    numbered: Collection[str] = (),
) -> dict[str, None]:
    """Find the words that stay between arguments (`to`, `from`, `in`).

    A connector never closes a command. It stands right before one of the known `names` and
    its number, and is none of the `modifiers` that answers put there; or different things
    follow it, and nothing else ever stands in its place; or only it ever stands between
    arguments; or it belongs to a closed class (`in`, `on`): few rivals in many frames; or
    it always follows the number that ends an argument, and leads to another one. The last
    three are never beside another connector. A word that a number follows here and in
    answers (`numbered`) is rather the end of a name than what is never replaced.
    """
    found = {
        word: None
        for word in usage.frames
        if (_is_fixed(word, usage) and not (word in numbered and NUMBER in usage.right[word]))
        or (word not in modifiers and _leads_to_name(word, usage, names))
    }
    for rule in (_separates, _joins_arguments, _follows_verb, _follows_number):
        found |= {
            word: None
            for word in usage.frames
            if word not in found and not _is_beside(word, usage, found) and rule(word, usage)
        }
    return found


def _is_fixed(word: str, usage: Usage) -> bool:
    if not _is_constant(word, usage) or len(usage.right[word]) < 2:  # noqa: PLR2004
        return False
    return _stands_after_arguments(word, usage) or any(
        usage.share([word], verb) >= HALF for verb in _verbs_of(word, usage)
    )


def _is_constant(word: str, usage: Usage) -> bool:
    """Tell whether a word, in several commands, is never last and never replaced."""
    several = len(usage.frames[word]) > 1
    return several and word not in usage.closing and not usage.varying(word)


def _is_beside(word: str, usage: Usage, found: Collection[str]) -> bool:
    return any(token in found for token in (*usage.left[word], *usage.right[word]))


def _separates(word: str, usage: Usage) -> bool:
    return (
        _is_constant(word, usage)
        and not usage.following_verb[word]
        and NUMBER not in usage.right[word]
        and _stands_after_arguments(word, usage)
    )


def _follows_number(word: str, usage: Usage) -> bool:
    """Tell whether a word only ever stands between a numbered name and another name."""
    if word in usage.closing or usage.following_verb[word] or usage.varying(word):
        return False
    return usage.left[word].keys() == {NUMBER} and NUMBER not in usage.right[word]


def _leads_to_name(word: str, usage: Usage, names: Collection[str]) -> bool:
    """Tell whether a word, after a verb or a number, always leads to a known, numbered name."""
    if word in usage.closing or not usage.left[word].keys() <= {NUMBER}:
        return False
    return word not in names and all(
        " ".join(_up_to_number(frame[frame.index(HOLE) + 1 :])) in names
        for frame in usage.frames[word]
    )


def _up_to_number(tokens: Sequence[str]) -> Sequence[str]:
    return tokens[: tokens.index(NUMBER)] if NUMBER in tokens else ()


def _stands_after_arguments(word: str, usage: Usage) -> bool:
    left = usage.left[word]
    return NUMBER in left or NAME in left or sum(bool(usage.varying(it)) for it in left) > 1


def _verbs_of(word: str, usage: Usage) -> Iterator[str]:
    yield from dict.fromkeys(frame[0] for frame in usage.frames[word])


def _is_closed_class(word: str, usage: Usage) -> bool:
    rivals = usage.rivals(word)
    if not 1 < len(rivals) <= CLOSED_CLASS or len(usage.varying(word)) < 2 * len(rivals):
        return False
    if any(rival in usage.closing or not is_word(rival) for rival in rivals):
        return False
    return len(usage.right[word]) > 1 and NUMBER not in usage.right[word]


def _joins_arguments(word: str, usage: Usage) -> bool:
    return _is_closed_class(word, usage) and len(usage.left[word]) > 1


def _follows_verb(word: str, usage: Usage) -> bool:
    return _is_closed_class(word, usage) and any(
        usage.share(usage.rivals(word), verb) >= NEARLY_ALL for verb in usage.following_verb[word]
    )


def arguments(entry: Command, operations: Collection[str]) -> list[slice]:
    """Find the spans of a command between its operations; a number ends a span."""
    spans: list[slice] = []
    start: int | None = None
    for place in range(1, len(entry)):
        token = entry[place]
        if token == NAME or (is_word(token) and token in operations):
            spans += [] if start is None else [slice(start, place)]
            start = None
            continue
        start = place if start is None else start
        if token == NUMBER:
            spans.append(slice(start, place + 1))
            start = None
    return spans if start is None else [*spans, slice(start, len(entry))]


def argument_names(
    commands: Iterable[Command],
    operations: Collection[str],
    *,
    longest: int,
    adjacent: Collection[str] = (),
    asked: Collection[str] = (),
) -> dict[str, None]:
    """Find the names of arguments that are shown to be ones, numbers left out.

    A span is an argument when a number follows it, when something else stands in its place
    in another command, or when it is `asked` for, by a goal. In the `adjacent` forms, each
    word is a span of its own.
    """
    names: dict[str, None] = {}
    fillers: dict[Command, dict[str, None]] = defaultdict(dict)
    for entry in commands:
        apart = bool(adjacent) and form(entry, operations) in adjacent
        for span in _single(entry, operations) if apart else arguments(entry, operations):
            name = " ".join(filter(is_word, entry[span]))
            numbered = entry[span][-1] == NUMBER
            if not name or len(name.split()) > longest:
                continue
            if numbered or name in asked:
                names[name] = None
            fillers[(*entry[: span.start], HOLE, *entry[span.stop :])][name] = None
    for rivals in fillers.values():
        names |= rivals if len(rivals) > 1 else {}
    return names


def _single(entry: Command, operations: Collection[str]) -> list[slice]:
    free = (at for at in range(1, len(entry)) if _is_free(entry[at], operations))
    return [slice(at, at + 1) for at in free if entry[at] != NAME]


def form(entry: Command, operations: Collection[str]) -> str:
    """Write a command with a hole for each name and each word that is no operation: ``cp _ _``."""
    verb, *rest = entry
    return " ".join((verb, *(HOLE if _is_free(token, operations) else token for token in rest)))


def _is_free(token: str, operations: Collection[str]) -> bool:
    return token != NUMBER and token not in operations


def side_by_side(
    commands: Iterable[Command], operations: Collection[str], *, whole: Collection[str]
) -> dict[str, None]:
    """Find the forms in which neighbouring words are arguments of their own (`cp _ _`).

    So they are when there are always as many of them, without a number behind, each varies
    while all others stay, and no neighbours are together one of the `whole` names. Names of
    two words that share both their first and their last words are not told from that.
    """
    forms: dict[str, list[Command]] = defaultdict(list)
    for entry in commands:
        if entry:
            forms[form(entry, operations)].append(entry)
    lengths: dict[str, int] = defaultdict(int)
    for shape in forms:
        lengths[_RUN.sub(HOLE, shape)] += 1
    return {
        shape: None
        for shape, entries in forms.items()
        if _PAIR in f" {shape} "
        and f"{HOLE} {NUMBER}" not in shape
        and lengths[_RUN.sub(HOLE, shape)] == 1
        and _all_vary(entries, operations)
        and not _together(entries, operations, whole)
    }


def _all_vary(entries: Sequence[Command], operations: Collection[str]) -> bool:
    """Tell whether at each free place, another token stands while all others stay."""
    places = [at for at in range(1, len(entries[0])) if _is_free(entries[0][at], operations)]
    return all(
        len({(*entry[:at], *entry[at + 1 :]) for entry in entries}) < len(entries) for at in places
    )


def _together(
    entries: Sequence[Command], operations: Collection[str], whole: Collection[str]
) -> bool:
    return any(
        " ".join(entry[span]) in whole for entry in entries for span in arguments(entry, operations)
    )
