"""Where memory hurt: tasks that an arm lost and that were won without it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from skillmem.evals.results import Played

MOST = 5

Key = tuple[int, int, str]


class Harm(NamedTuple):
    """A task that was lost with memory more often than it was won by it.

    `lost` counts the pairs of runs that only the reference won, `gained` those that only the arm
    won. `ours` and `theirs` are the first pair that was lost.
    """

    task: str
    label: str
    lost: int
    gained: int
    ours: Played
    theirs: Played


def harms(played: Sequence[Played], *, arm: str, reference: str) -> tuple[Harm, ...]:
    """Give the tasks that `arm` lost to `reference` on balance, the worst first.

    Runs are paired by build, seed and task under the first budget that was played.
    """
    budget = played[0].budget if played else None
    ours, theirs = _by_key(played, arm, budget), _by_key(played, reference, budget)
    found = (
        _harm(task, ours, theirs) for task in dict.fromkeys(key[2] for key in ours if key in theirs)
    )
    worse = [harm for harm in found if harm is not None and harm.lost > harm.gained]
    return tuple(sorted(worse, key=lambda harm: harm.gained - harm.lost)[:MOST])


def _by_key(played: Sequence[Played], arm: str, budget: int | None) -> Mapping[Key, Played]:
    return {
        (it.build, it.seed, it.task): it
        for it in played
        if (it.arm, it.budget) == (arm, budget) and it.success is not None
    }


def _harm(task: str, ours: Mapping[Key, Played], theirs: Mapping[Key, Played]) -> Harm | None:
    pairs = [(ours[key], theirs[key]) for key in ours if key[2] == task and key in theirs]
    lost = [(one, other) for one, other in pairs if other.success and not one.success]
    if not lost:
        return None
    gained = sum(bool(one.success and not other.success) for one, other in pairs)
    return Harm(task, lost[0][0].label, len(lost), gained, *lost[0])
