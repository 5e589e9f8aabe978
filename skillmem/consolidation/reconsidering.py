"""Which older episodes a batch has to look at again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skillmem.config import ConsolidationConfig
from skillmem.consolidation.selection import first_episode
from skillmem.consolidation.verdicts import distrust, verdict
from skillmem.types import Demonstration, Lesson, Logged, MemoryItem


def to_reconsider(
    claimed: Iterable[Logged],
    known: Sequence[MemoryItem],
    *,
    reworded: bool,
    config: ConsolidationConfig,
) -> tuple[str, ...]:
    """Name the episodes behind `known` that say something else now, those in `claimed` apart.

    Where the words read differently (`reworded`), those are all that items show, guards apart:
    these are then mined anew. Where the
    success that a demonstration shows turned out to be none, they are the ones that were merged
    into it: another of them takes its place. Of a lesson that loses all its successes, they are
    its failures.
    """
    overturned = {it.episode.id for it in claimed if _failed(it, config)}
    taken = {it.episode.id for it in claimed}
    behind = dict.fromkeys(
        name for item in known for name in _behind(item, overturned, reworded=reworded)
    )
    return tuple(name for name in behind if name not in taken)


def _behind(item: MemoryItem, overturned: set[str], *, reworded: bool) -> tuple[str, ...]:
    if isinstance(item, Lesson):
        gone = bool(item.model_ids) and overturned.issuperset(item.model_ids)
        return item.episode_ids if (reworded or gone) and item.guard is None else ()
    if not isinstance(item, Demonstration):
        return ()
    if first_episode(item) in overturned:
        return item.episode_ids
    return item.episode_ids[:1] if reworded else ()


def _failed(logged: Logged, config: ConsolidationConfig) -> bool:
    outcome = verdict(logged, config)
    return outcome is not None and not outcome.success and distrust(outcome, config) is None
