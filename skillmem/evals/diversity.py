"""How differently the same task is played with the same memory. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import log2
from statistics import fmean

from skillmem.evals.results import Diversity, Played

Actions = tuple[str, ...]

FEWEST_RUNS = 2
DIGITS = 6


def diversity(played: Sequence[Played]) -> Diversity | None:
    """Measure one arm's runs; nothing where no task was played twice with one build."""
    groups = [runs for runs in by_build_and_task(played).values() if len(runs) >= FEWEST_RUNS]
    if not groups:
        return None
    return Diversity(
        groups=len(groups),
        runs=_mean(len(runs) for runs in groups),
        distinct_plans=_mean(len({run.actions for run in runs}) for runs in groups),
        distinct_wins=_mean(len({run.actions for run in runs if run.success}) for runs in groups),
        divergence_entropy=_mean(
            divergence_entropy([run.actions for run in runs]) for runs in groups
        ),
    )


def by_build_and_task(played: Sequence[Played]) -> Mapping[tuple[int, str], list[Played]]:
    """Gather the runs of each task with each build."""
    groups: dict[tuple[int, str], list[Played]] = {}
    for entry in played:
        groups.setdefault((entry.build, entry.task), []).append(entry)
    return groups


def divergence_entropy(plans: Sequence[Actions]) -> float:
    """Give the entropy, in bits, of the actions at the first step where two plans part.

    Shannon (1948). A plan that ends there counts as an action of its own; 0 where all are equal.
    """
    for place in range(max(map(len, plans), default=0)):
        chosen = Counter(plan[place] if place < len(plan) else None for plan in plans)
        if len(chosen) > 1:
            shares = [count / len(plans) for count in chosen.values()]
            return -sum(share * log2(share) for share in shares)
    return 0.0


def _mean(values: Iterable[float]) -> float:
    return round(fmean(values), DIGITS)
