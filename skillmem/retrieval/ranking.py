"""Which candidates help, best first: vote by skeleton, then rank inside the winner.

Nothing here but the order of demonstrations of one and the same skeleton depends on the
names of things: the vote and the choice of skeletons look at masked goals alone. So
renaming entities consistently leaves the chosen skeletons as they are.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice, zip_longest
from typing import NamedTuple

from skillmem.config import RetrievalConfig
from skillmem.protocols import Hit
from skillmem.retrieval.lanes import closed, most_shown
from skillmem.retrieval.query import Query
from skillmem.structure import signature
from skillmem.types import Kind, Skeleton

Signature = tuple[str, ...]

SCORE_DIGITS = 5
RESERVE = 2
OUTRANKED = "nearer ones were preferred"


class Rankable(NamedTuple):
    """What ranking knows of an item. `goal` is masked; `position` is its order of making."""

    id: str
    kind: Kind
    goal: str
    skeleton: Skeleton
    trust: float = 1.0
    position: int = 0


class Found(NamedTuple):
    """What the search found for one query: near masked goals, and near goals as worded."""

    masked: Sequence[Hit]
    worded: Sequence[Hit] = ()


class Candidate(NamedTuple):
    """A rankable, and how near it is to the query (cosines, rounded)."""

    rankable: Rankable
    masked: float
    worded: float


class Judged(NamedTuple):
    """A candidate's score, and why it is left out; an empty reason keeps it."""

    candidate: Candidate
    score: float
    reason: str = ""


class Ranking(NamedTuple):
    """Every candidate, judged, those to be shown first and best first."""

    winner: Signature | None
    demonstrations: tuple[Judged, ...]
    lessons: tuple[Judged, ...]


class Family(NamedTuple):
    """Rankables of one kind that share masked goal and skeleton, the most trusted first."""

    kind: Kind
    goal: str
    skeleton: Skeleton
    signature: Signature
    members: tuple[Rankable, ...]


class Near(NamedTuple):
    """A family, and the cosine of its masked goal to the query's."""

    masked: float
    family: Family


@dataclass(frozen=True)
class Catalogue:
    """Rankables by id. Make it once for each version: it remembers who belongs together."""

    rankables: Mapping[str, Rankable]

    @classmethod
    def of(cls, rankables: Iterable[Rankable]) -> Catalogue:
        """Catalogue `rankables`; of two with one id the later counts."""
        return cls({rankable.id: rankable for rankable in rankables})

    @cached_property
    def families(self) -> Mapping[tuple[Kind, str], tuple[Family, ...]]:
        """Group the rankables by kind and masked goal, and within by skeleton."""
        members: dict[tuple[Kind, str, Skeleton], list[Rankable]] = defaultdict(list)
        for one in sorted(self.rankables.values(), key=lambda it: (-it.trust, it.position)):
            members[one.kind, one.goal, one.skeleton].append(one)
        families: dict[tuple[Kind, str], list[Family]] = defaultdict(list)
        for (kind, goal, skeleton), group in members.items():
            family = Family(kind, goal, skeleton, signature(skeleton), tuple(group))
            families[kind, goal].append(family)
        return {key: tuple(group) for key, group in families.items()}


def rank(query: Query, catalogue: Catalogue, found: Found, config: RetrievalConfig) -> Ranking:
    """Order what was found for `query`; what is too far from it is no candidate."""
    near = gather(catalogue, found.masked, config)
    demonstrations = [one for one in near if one.family.kind == "demonstration"]
    lessons = [one for one in near if one.family.kind == "lesson"]
    winner = elect(demonstrations or lessons, signature(query.skeleton), config)
    worded = {hit.id: hit.score for hit in found.worded}
    return Ranking(
        winner=winner,
        demonstrations=_judge_demonstrations(demonstrations, winner, worded, config),
        lessons=_judge_lessons(lessons, winner, config),
    )


def gather(catalogue: Catalogue, hits: Sequence[Hit], config: RetrievalConfig) -> list[Near]:
    """Take every family whose masked goal is near enough to the query's, nearest first.

    A goal that was found brings all that share it, so that where the search stopped among
    equals makes no difference.
    """
    goals: dict[tuple[Kind, str], float] = {}
    for hit in hits:
        rankable = catalogue.rankables.get(hit.id)
        if rankable is None or hit.score < config.minimum_similarity:
            continue
        if (rankable.kind, rankable.goal) not in goals:
            goals[rankable.kind, rankable.goal] = round(hit.score, SCORE_DIGITS)
    near = [
        Near(masked, family) for key, masked in goals.items() for family in catalogue.families[key]
    ]
    return sorted(near, key=_nearness)


def elect(near: Sequence[Near], attempted: Signature, config: RetrievalConfig) -> Signature | None:
    """Choose the signature that most of the nearest candidates share; `near` is sorted.

    Only the nearest few of each signature vote, so that a crowd far off can't outvote a few
    near by; a vote falls off exponentially with the distance from the nearest candidate.
    What was attempted so far counts for the signatures that hold it.
    """
    votes: dict[Signature, float] = defaultdict(float)
    places: dict[Signature, int] = defaultdict(lambda: config.voters)
    for masked, family in near:
        voters = family.members[: places[family.signature]]
        places[family.signature] -= len(voters)
        weight = math.exp((masked - near[0].masked) / config.vote_spread)
        votes[family.signature] += weight * sum(voter.trust for voter in voters)
    return max(
        votes,
        key=lambda one: round(votes[one] * (1.0 + _agreement(attempted, one)), SCORE_DIGITS),
        default=None,
    )


def _judge_demonstrations(
    near: Sequence[Near],
    winner: Signature | None,
    worded: Mapping[str, float],
    config: RetrievalConfig,
) -> tuple[Judged, ...]:
    """Put the winner's demonstrations first, different skeletons before copies of one."""
    winners = [one for one in near if one.family.signature == winner]
    others = [one for one in near if one.family.signature != winner]
    turns = _take_turns(winners, worded, config)
    most = most_shown("demonstration", config)
    reasoned = chain(
        ((one, _outranked("demonstration", place, most)) for place, one in enumerate(turns.fair)),
        ((one, "repeats the steps of others that were preferred") for one in turns.surplus),
        ((one, "its skeleton lost the vote") for one in _members(others, worded)),
    )
    return tuple(
        Judged(one, _score(one, config), reason)
        for one, reason in islice(reasoned, _most(most, config))
    )


class _Turns(NamedTuple):
    fair: list[Candidate]
    surplus: list[Candidate]


def _take_turns(
    winners: Sequence[Near], worded: Mapping[str, float], config: RetrievalConfig
) -> _Turns:
    """Let every skeleton, nearest first, give its best before any gives a second.

    `surplus` are those beyond the limit of copies of a skeleton.
    """
    skeletons: dict[Skeleton, list[Near]] = defaultdict(list)
    for one in winners:
        skeletons[one.family.skeleton].append(one)
    queues = [
        islice(_members(families, worded), _most(config.maximum_demonstrations, config))
        for families in skeletons.values()
    ]
    turns = [[one for one in turn if one is not None] for turn in zip_longest(*queues)]
    copies = config.maximum_copies
    return _Turns(
        list(chain.from_iterable(turns[:copies])), list(chain.from_iterable(turns[copies:]))
    )


def _judge_lessons(
    near: Sequence[Near], winner: Signature | None, config: RetrievalConfig
) -> tuple[Judged, ...]:
    """Put first the lessons that share the winner's skeleton, or nearly the goal.

    One that is about a single operation shares every skeleton that has it.
    """

    def fits(one: Near) -> bool:
        own = one.family.signature
        part = len(own) == 1 and winner is not None and own[0] in winner
        return own == winner or part or one.masked >= config.lesson_similarity

    fitting = _members([one for one in near if fits(one)], {})
    others = _members([one for one in near if not fits(one)], {})
    most = most_shown("lesson", config)
    reasoned = chain(
        ((one, _outranked("lesson", place, most)) for place, one in enumerate(fitting)),
        ((one, "it is about another skeleton and another goal") for one in others),
    )
    return tuple(
        Judged(one, one.masked, reason) for one, reason in islice(reasoned, _most(most, config))
    )


def _outranked(kind: Kind, place: int, most: int) -> str:
    """Say why the packer needs nothing that stands at `place` of a lane, if so."""
    if not most:
        return closed(kind)
    return "" if place < most + RESERVE else OUTRANKED


def _members(near: Iterable[Near], worded: Mapping[str, float]) -> Iterator[Candidate]:
    """Give the members of families, family by family; within one the nouns may speak.

    What was not found by its wording counts 0 for it.
    """
    for masked, family in near:
        for member in sorted(family.members, key=lambda one: -worded.get(one.id, 0.0)):
            yield Candidate(member, masked, worded.get(member.id, 0.0))


def _most(shown: int, config: RetrievalConfig) -> int:
    """Tell how many candidates are accounted for when at most `shown` of them are shown."""
    return max(config.candidates, shown + RESERVE)


def _nearness(one: Near) -> tuple[float, float, int, int]:
    """Order by masked goal, trust, shortness and age: by nothing that has a name."""
    first = one.family.members[0]
    return (-one.masked, -first.trust, len(first.skeleton), first.position)


def _score(one: Candidate, config: RetrievalConfig) -> float:
    weight = config.masked_weight
    return round(weight * one.masked + (1.0 - weight) * one.worded, SCORE_DIGITS)


def _agreement(attempted: Signature, elected: Signature) -> float:
    """Tell which share of the operations attempted so far `elected` holds."""
    if not attempted:
        return 0.0
    return sum(operation in elected for operation in attempted) / len(attempted)
