"""The arms: how each turns one and the same log into the text of a prompt.

`raw`, `abstract` and `reversed` are a `Shelf` of other forms.

Only `fixed`, `oracle` and `placebo` are ever given labels, to pick.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, Protocol

from skillmem.config import Config
from skillmem.evals.forms import (
    Evidence,
    Form,
    Piece,
    abstract_failures,
    abstract_successes,
    concrete_failures,
    concrete_successes,
)
from skillmem.evals.plan import FLOOR, keyed
from skillmem.evals.shelf import NOTHING, Shelf, Shown, shown_of
from skillmem.retrieval import Block, Tools, pack
from skillmem.structure import signature
from skillmem.types import Lexicon, Retrieval, Task

CELLS: Mapping[str, tuple[Form, Form]] = {
    "raw": (concrete_successes, concrete_failures),
    "abstract": (abstract_successes, abstract_failures),
    "asymmetric": (concrete_successes, abstract_failures),
    "reversed": (abstract_successes, concrete_failures),
}
PLACEBO_TRIES = 4

Retrieve = Callable[[Task, int], Retrieval]
IsForeign = Callable[[Retrieval], bool]


class Labels(NamedTuple):
    """Labels of the log's episodes by id, and of evaluated tasks by (goal, observation)."""

    of_episode: Mapping[str, str]
    of_task: Mapping[tuple[str, str], str]


class Arm(Protocol):
    """One of the compared conditions, over one build."""

    def show(self, task: Task, *, token_budget: int, key: str) -> Shown:
        """Give what an episode of `task` begins with; `key` is its source of chance."""
        ...


class NoMemory:
    """`none` and `floor`: nothing at all."""

    def show(self, task: Task, *, token_budget: int, key: str) -> Shown:  # noqa: ARG002
        """Show nothing."""
        return NOTHING


class Product:
    """`asymmetric`, `demonstrations`, `lessons`: what the memory itself retrieves."""

    def __init__(self, retrieve: Retrieve) -> None:
        self._retrieve = retrieve

    def show(self, task: Task, *, token_budget: int, key: str) -> Shown:  # noqa: ARG002
        """Show what `SkillMemory.retrieve` gives."""
        return _shown_retrieval(self._retrieve(task, token_budget))


class Placebo:
    """`placebo`: as many tokens of memory, but of another task's.

    The other task is one of the log's, drawn by `key` among those whose retrieval shares
    neither an item nor a kind of plan (a skeleton's signature) with this task's. Where all
    tasks need one kind of plan, none of its items may come of a task with this one's label.
    Where there is no such task either, or this task's retrieval is empty, nothing is shown.
    """

    def __init__(self, retrieve: Retrieve, others: Sequence[Task], labels: Labels) -> None:
        self._retrieve = retrieve
        self._others = others
        self._labels = labels
        self._of_other = cache(
            lambda place, token_budget: retrieve(self._others[place], token_budget)
        )

    def show(self, task: Task, *, token_budget: int, key: str) -> Shown:
        """Show another task's memory, of all that were tried the one nearest in tokens."""
        own = self._retrieve(task, token_budget)
        label = self._labels.of_task[task.goal, task.observation]
        rules: tuple[IsForeign, ...] = (
            lambda other: _is_of_another_kind(other, own),
            lambda other: other.tokens > 0 and label not in self._labels_of(other),
        )
        for is_foreign in rules:
            best = self._nearest(own.tokens, is_foreign, token_budget=token_budget, key=key)
            if best is not None:
                return _shown_retrieval(best)
        return NOTHING

    def _nearest(
        self, tokens: int, is_foreign: IsForeign, *, token_budget: int, key: str
    ) -> Retrieval | None:
        places = sorted(range(len(self._others)), key=lambda place: keyed(key, place))
        foreign = (place for place in places if is_foreign(self._of_other(place, token_budget)))
        tries = [
            self._retrieve(self._others[place], tokens)
            for place, _ in zip(foreign, range(PLACEBO_TRIES), strict=False)
        ]
        return max(filter(is_foreign, tries), key=lambda entry: entry.tokens, default=None)

    def _labels_of(self, retrieval: Retrieval) -> set[str]:
        names = (name for item in retrieval.items for name in item.episode_ids)
        return {self._labels.of_episode[name] for name in names}


class Random:
    """`random`: the memory's items in an order drawn for each episode."""

    def __init__(self, pieces: Sequence[Piece], tools: Tools) -> None:
        self._pieces = pieces
        self._tools = tools

    def show(self, task: Task, *, token_budget: int, key: str) -> Shown:  # noqa: ARG002
        """Show as many as the packer takes."""
        drawn = sorted(self._pieces, key=lambda piece: keyed(key, piece.rankable.id))
        blocks = [_block(piece) for piece in drawn]
        return shown_of(
            pack(
                blocks,
                token_budget=token_budget,
                counter=self._tools.counter,
                config=self._tools.config,
            )
        )


class Fixed:
    """`fixed`: classic few-shot, one set of examples whatever the task.

    Of the first build, the shortest success of each label. All at the longest length at
    which the whole set fits; failing that, as many of the shortest as fit.
    """

    def __init__(self, pieces: Sequence[Piece], tools: Tools) -> None:
        self._pieces = pieces
        self._tools = tools._replace(config=_with_room(tools.config, len(pieces)))
        self._packed = cache(self._pack)

    def show(self, task: Task, *, token_budget: int, key: str) -> Shown:  # noqa: ARG002
        """Show the set."""
        return self._packed(token_budget)

    def _pack(self, token_budget: int) -> Shown:
        lengths = max((len(piece.rungs) for piece in self._pieces), default=1)
        shown = NOTHING
        for length in range(lengths):
            shown = shown_of(
                pack(
                    [_block(_from_rung(piece, length)) for piece in self._pieces],
                    token_budget=token_budget,
                    counter=self._tools.counter,
                    config=self._tools.config,
                )
            )
            if len(shown.items) == len(self._pieces):
                break
        return shown


class Oracle:
    """`oracle`: the right items by label; memory's ranking only orders them."""

    def __init__(
        self, pieces: Sequence[Piece], labels: Labels, *, lexicon: Lexicon, tools: Tools
    ) -> None:
        self._labels = labels
        self._shelves = {
            label: Shelf(members, lexicon=lexicon, tools=tools._replace(config=_open(tools.config)))
            for label, members in _by_label(pieces, labels).items()
        }

    def show(self, task: Task, *, token_budget: int, key: str) -> Shown:
        """Show items of the task's label; nothing where there are none."""
        shelf = self._shelves.get(self._labels.of_task[task.goal, task.observation])
        return shelf.show(task, token_budget=token_budget, key=key) if shelf else NOTHING


def pieces_of(arm: str, evidence: Evidence, tools: Tools) -> tuple[Piece, ...]:
    """Give everything that an arm could show, apart from what `fixed` picks."""
    if arm in ("none", FLOOR):
        return ()
    successes, failures = CELLS.get(arm, CELLS["asymmetric"])
    of_successes = () if arm == "lessons" else successes(evidence, tools)
    of_failures = () if arm == "demonstrations" else failures(evidence, tools)
    return (*of_successes, *of_failures)


def pick_fixed(pieces: Sequence[Piece], labels: Labels) -> tuple[Piece, ...]:
    """Pick the shortest success of each label, the earlier of two; shortest first."""
    shortest = [
        min(members, key=lambda piece: (piece.actions, piece.rankable.position))
        for members in _by_label(pieces, labels).values()
    ]
    return tuple(sorted(shortest, key=lambda piece: (piece.actions, piece.rankable.position)))


def single_lane(arm: str, config: Config) -> Config:
    """Give the settings under which a memory shows one lane only."""
    unused = {"demonstrations": "maximum_lessons", "lessons": "maximum_demonstrations"}.get(arm)
    if unused is None:
        return config
    retrieval = config.retrieval.model_copy(update={unused: 0})
    return config.model_copy(update={"retrieval": retrieval})


def _by_label(pieces: Sequence[Piece], labels: Labels) -> dict[str, list[Piece]]:
    groups: dict[str, list[Piece]] = {}
    for piece in pieces:
        for label in dict.fromkeys(labels.of_episode[name] for name in piece.episode_ids):
            groups.setdefault(label, []).append(piece)
    return groups


def _is_of_another_kind(other: Retrieval, own: Retrieval) -> bool:
    return (
        other.tokens > 0
        and {item.id for item in other.items}.isdisjoint(item.id for item in own.items)
        and {signature(item.skeleton) for item in other.items}.isdisjoint(
            signature(item.skeleton) for item in own.items
        )
    )


def _block(piece: Piece) -> Block:
    return Block(piece.rankable.id, piece.rankable.kind, 0.0, piece.rungs)


def _from_rung(piece: Piece, length: int) -> Piece:
    return piece._replace(rungs=piece.rungs[min(length, len(piece.rungs) - 1) :])


def _with_room(config: Config, demonstrations: int) -> Config:
    update = {"maximum_demonstrations": demonstrations, "demonstration_share": 1.0}
    return config.model_copy(update={"retrieval": config.retrieval.model_copy(update=update)})


def _open(config: Config) -> Config:
    """Let ranking consider everything, however far from the query."""
    update = {"minimum_similarity": -1.0, "lesson_similarity": -1.0}
    return config.model_copy(update={"retrieval": config.retrieval.model_copy(update=update)})


def _shown_retrieval(retrieval: Retrieval) -> Shown:
    return Shown(retrieval.text, retrieval.tokens, tuple(item.id for item in retrieval.items))
