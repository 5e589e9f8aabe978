"""Few of many successes: of each structure the shortest, in different ways.

A structure is a masked goal and the operations that mattered (`structure.signature`); a way is
a skeleton. A demonstration's first episode is the one whose steps it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from itertools import islice, zip_longest
from typing import NamedTuple

from skillmem.config import ConsolidationConfig
from skillmem.structure.alignment import align
from skillmem.structure.skeletons import signature
from skillmem.types import Demonstration, Skeleton

Group = list[Demonstration]
Rank = tuple[bool, float, int]

ALIKE_DIGITS = 6


class Kept(NamedTuple):
    """The demonstrations that are kept, and where the others went.

    `merged` maps the first episode of each that is not kept to that of the one it went into.
    """

    items: tuple[Demonstration, ...]
    merged: Mapping[str, str]


def keep_few(items: Sequence[Demonstration], config: ConsolidationConfig) -> Kept:
    """Keep a few demonstrations of each structure, and a few structures of each masked goal.

    Of the same goal and skeleton the best is kept: replayed before not, then the more trusted,
    then the shorter, then the one that came first. Of a structure every way gives its best
    before any gives a second, the way with the best one first; the way that was taken most often
    keeps a place. Of a goal's structures those of the fewest operations are kept. What is not
    kept is merged into the kept one of its masked goal that is most alike: its episodes go on
    there, as far as there is room.

    Pure. Taken batch by batch the same are kept as all at once, but for the place of the most
    frequent way: how often ways were taken is known only up to what their demonstrations name.
    """
    kept: list[Demonstration] = []
    merged: dict[str, str] = {}
    for group in _grouped(items, lambda it: it.goal):
        pool = _Pool(_few_of_goal(group, config), limit=config.episodes_per_demonstration)
        merged |= pool.take_in(group)
        kept += pool.items()
    return Kept(tuple(kept), merged)


def first_episode(item: Demonstration) -> str:
    """Name the episode whose steps a demonstration shows."""
    return item.episode_ids[0]


def _few_of_goal(group: Group, config: ConsolidationConfig) -> Group:
    structures = _grouped(group, lambda it: signature(it.skeleton))
    plainest = sorted(structures, key=_plainness)[: config.structures_per_goal]
    most = config.demonstrations_per_structure
    chosen = {first_episode(it): it for those in plainest for it in _few_of_structure(those, most)}
    return [chosen[name] for it in group if (name := first_episode(it)) in chosen]


def _plainness(structure: Group) -> tuple[int, Rank]:
    return len(signature(structure[0].skeleton)), min(map(_rank, structure))


def _few_of_structure(group: Group, most: int) -> Group:
    """Let each way give its best before any gives a second; the most frequent gives in any case."""
    ways = _grouped(group, lambda it: it.skeleton)
    ways.sort(key=lambda way: min(map(_rank, way)))
    queues = [_distinct(way) for way in ways]
    turns = (it for turn in zip_longest(*queues) for it in turn if it is not None)
    few = list(islice(turns, most))
    frequency = [sum(len(it.episode_ids) for it in way) for way in ways]
    frequent = queues[frequency.index(max(frequency))][0]
    return few if frequent in few else [*few[:-1], frequent]


def _distinct(way: Group) -> Group:
    """Give the best of each goal as worded, the best first."""
    best = [_best(group) for group in _grouped(way, lambda it: it.task.goal)]
    return sorted(best, key=_rank)


def _best(group: Group) -> Demonstration:
    """Give the best of those that show the same; it is trusted as the most trusted of them.

    It is marked as a refinement if one of them was one.
    """
    best, trust = min(group, key=_rank), max(item.trust for item in group)
    refines = next((it.refines for it in (best, *group) if it.refines), None)
    if (best.trust, best.refines) == (trust, refines):
        return best
    return best.model_copy(update={"trust": trust, "refines": refines})


def _rank(item: Demonstration) -> Rank:
    """Prefer what was verified, then what is trusted, then what is short."""
    return (item.verified != "replayed", -item.trust, len(item.steps))


class _Pool:
    """The demonstrations kept of one masked goal, and the episodes that they take in."""

    def __init__(self, kept: Group, *, limit: int) -> None:
        self._kept = kept
        self._limit = limit
        self._episodes = {first_episode(it): dict.fromkeys(it.episode_ids[:limit]) for it in kept}

    def take_in(self, group: Group) -> dict[str, str]:
        """Merge the others into the nearest, and tell into which."""
        merged: dict[str, str] = {}
        for item in group:
            if first_episode(item) in self._episodes:
                continue
            nearest = [first_episode(it) for it in sorted(self._kept, key=_distance_to(item))]
            merged[first_episode(item)] = nearest[0]
            for name in item.episode_ids:
                self._add(name, nearest)
        return merged

    def _add(self, name: str, nearest: Sequence[str]) -> None:
        """Let the nearest with room name the episode."""
        for heir in nearest:
            if len(self._episodes[heir]) < self._limit:
                self._episodes[heir][name] = None
                return

    def items(self) -> Iterable[Demonstration]:
        """Give what is kept, resting on all that was taken in."""
        for item in self._kept:
            names = tuple(self._episodes[first_episode(item)])
            same = names == item.episode_ids
            yield item if same else item.model_copy(update={"episode_ids": names})


def _distance_to(item: Demonstration) -> Callable[[Demonstration], tuple[bool, float]]:
    """Order by the same goal in the same way, then by how much of the ways corresponds."""

    def distance(other: Demonstration) -> tuple[bool, float]:
        same = other.task.goal == item.task.goal and other.skeleton == item.skeleton
        return (not same, -_likeness(item.skeleton, other.skeleton))

    return distance


def _likeness(one: Skeleton, other: Skeleton) -> float:
    """Tell how alike two ways are: the share of their actions that corresponds."""
    if one == other:
        return 1.0
    return round(2 * len(align(one, other)) / (len(one) + len(other)), ALIKE_DIGITS)


def _grouped(
    items: Iterable[Demonstration], key: Callable[[Demonstration], Hashable]
) -> list[Group]:
    """Group items, in order of first appearance."""
    groups: dict[Hashable, Group] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return list(groups.values())
