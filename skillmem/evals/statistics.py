"""Intervals that are honest about few builds and few tasks. Pure; nothing here knows an arm."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, inf, sqrt
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillmem.extras import missing_extra

CI_METHOD = (
    "two-way clustered over builds and tasks (Cameron, Gelbach & Miller 2011), each term with "
    "G/(G-1), t with min(builds, tasks) - 1 degrees of freedom; where all values but those of two "
    "builds or two tasks are equal: no narrower than Clopper-Pearson on as many values as Kish's "
    "design effect leaves for correlations of 0.25 within builds and 0.5 within tasks"
)
CONFIDENCE = 0.95
FEW = 2
"""Clusters whose values alone differ from all others tell too little for a variance."""
WITHIN_BUILDS = 0.25
WITHIN_TASKS = 0.5
"""Correlations between values of one build, of one task: supposed, where they can't be seen."""

Values = Sequence[float] | NDArray[Any]
Clusters = NDArray[np.intp]


class Interval(NamedTuple):
    """A confidence interval, from `low` to `high`."""

    low: float
    high: float


def mean_interval(values: Values, *, builds: Values, tasks: Values) -> Interval | None:
    """Give the 95 % interval of the mean of any values; nothing when all are equal."""
    if _constant(values) is not None:
        return None
    everything = Interval(-inf, inf)
    return _t_interval(values, builds=builds, tasks=tasks, bounds=everything)


def rate_interval(values: Values, *, builds: Values, tasks: Values) -> Interval:
    """Give the 95 % interval of the mean of `values`, each from 0 to 1.

    `builds` and `tasks` name the build and the task of each value. With one build only tasks
    cluster, and the other way round; with one of each, every run is its own cluster. Where
    `few_differ`, it is no narrower than the exact interval of as many independent values as these
    are worth: one win among many losses tells no more of the next than none does.
    """
    estimated = _t_interval(values, builds=builds, tasks=tasks, bounds=Interval(0.0, 1.0))
    if not few_differ(values, builds=builds, tasks=tasks):
        return estimated
    count = worth(values, builds=builds, tasks=tasks)
    return _hull(estimated, exact_interval(round(_mean(values) * count), count))


def difference_interval(values: Values, *, builds: Values, tasks: Values) -> Interval:
    """Give the 95 % interval of the mean of paired differences, each from -1 to 1.

    Where `few_differ`, it reaches at least as far as the exact upper bound of an event that was
    seen in none of the values that these are worth: such a share of pairs could yet differ,
    either way.
    """
    estimated = _t_interval(values, builds=builds, tasks=tasks, bounds=Interval(-1.0, 1.0))
    if not few_differ(values, builds=builds, tasks=tasks):
        return estimated
    slack = exact_interval(0, worth(values, builds=builds, tasks=tasks)).high
    mean = _mean(values)
    return _hull(estimated, Interval(max(-1.0, mean - slack), min(1.0, mean + slack)))


def few_differ(values: Values, *, builds: Values, tasks: Values) -> bool:
    """Tell whether all values but those of a `FEW` builds, or a `FEW` tasks, are equal."""
    array = np.asarray(values, dtype=np.float64)
    kinds, counts = np.unique(array, return_counts=True)
    others = array != kinds[counts.argmax()]
    ways = _clusters(values, builds, tasks).ways
    return min(np.unique(groups[others]).size for groups in ways) <= FEW


def worth(values: Values, *, builds: Values, tasks: Values) -> int:
    """Count the independent values that clustered ones are worth, by Kish's design effect.

    Kish (1965), "Survey Sampling": n / (1 + (m - 1) rho), m values to a cluster on average, with
    `WITHIN_BUILDS` and `WITHIN_TASKS` for rho; never below the smaller count of clusters.
    """
    size = np.asarray(values).size
    crowding = (
        rho * (size / np.unique(np.asarray(names)).size - 1.0)
        for names, rho in ((builds, WITHIN_BUILDS), (tasks, WITHIN_TASKS))
        if np.unique(np.asarray(names)).size > 1
    )
    smallest = _clusters(values, builds, tasks).smallest
    return max(smallest, int(size / (1.0 + sum(crowding))))


def exact_interval(successes: int, count: int) -> Interval:
    """Give the 95 % interval of a rate by Clopper & Pearson (1934)."""
    special = _special()
    tail = (1.0 - CONFIDENCE) / 2.0
    low = special.betaincinv(successes, count - successes + 1, tail) if successes else 0.0
    high = (
        special.betaincinv(successes + 1, count - successes, 1.0 - tail)
        if successes < count
        else 1.0
    )
    return Interval(float(low), float(high))


def clustered_variance(values: Values, *, builds: Values, tasks: Values) -> float:
    """Give the variance of the mean of `values`, clustered over builds and tasks.

    Cameron, Gelbach & Miller (2011), "Robust inference with multiway clustering":
    V(builds) + V(tasks) - V(builds x tasks), each with its factor G/(G-1). What comes out at
    zero or below is replaced by the larger one-way variance.
    """
    clusters = _clusters(values, builds, tasks)
    residuals = np.asarray(values, dtype=np.float64)
    residuals = residuals - residuals.mean()
    one_way = [_one_way_variance(residuals, groups) for groups in clusters.ways]
    if len(one_way) == 1:
        return one_way[0]
    both = _one_way_variance(residuals, clusters.intersection)
    variance = sum(one_way) - both
    return variance if variance > 0.0 else max(one_way) or both


def pass_at_k(successes: Sequence[int], *, runs: int, k: int) -> float:
    """Estimate the chance that one of `k` runs of a task wins, averaged over tasks.

    `successes` holds, per task, how many of its `runs` runs won. Unbiased: 1 - C(n-c, k) /
    C(n, k) (Chen et al. 2021, "Evaluating large language models trained on code").
    """
    if not 1 <= k <= runs:
        raise ValueError(f"k must lie between 1 and the {runs} runs of a task, not {k}")
    return float(np.mean([1.0 - comb(runs - won, k) / comb(runs, k) for won in successes]))


class _Clusters(NamedTuple):
    """The ways in which runs hang together: one or two, and their intersection."""

    ways: tuple[Clusters, ...]
    intersection: Clusters

    @property
    def smallest(self) -> int:
        return min(int(groups.max()) + 1 for groups in self.ways)


def _clusters(values: Values, builds: Values, tasks: Values) -> _Clusters:
    size = np.asarray(values).size
    if size == 0:
        raise ValueError("an interval needs at least one value")
    by_build, by_task = _numbered(builds), _numbered(tasks)
    several = tuple(groups for groups in (by_build, by_task) if groups.max() > 0)
    intersection = _numbered(by_build * (int(by_task.max()) + 1) + by_task)
    return _Clusters(several or (np.arange(size),), intersection)


def _numbered(names: Values) -> Clusters:
    return np.unique(np.asarray(names), return_inverse=True)[1]


def _one_way_variance(residuals: NDArray[np.float64], groups: Clusters) -> float:
    count = int(groups.max()) + 1
    if count == 1:
        return 0.0
    sums = np.bincount(groups, weights=residuals)
    return float(count / (count - 1) * np.sum(sums**2) / residuals.size**2)


def _t_interval(values: Values, *, builds: Values, tasks: Values, bounds: Interval) -> Interval:
    mean = _mean(values)
    if _constant(values) is not None:
        return Interval(mean, mean)
    deviation = sqrt(clustered_variance(values, builds=builds, tasks=tasks))
    freedom = _clusters(values, builds, tasks).smallest - 1
    reach = float(_special().stdtrit(freedom, 1.0 - (1.0 - CONFIDENCE) / 2.0)) * deviation
    return Interval(max(bounds.low, mean - reach), min(bounds.high, mean + reach))


def _hull(one: Interval, other: Interval) -> Interval:
    return Interval(min(one.low, other.low), max(one.high, other.high))


def _mean(values: Values) -> float:
    return float(np.mean(np.asarray(values, dtype=np.float64)))


def _constant(values: Values) -> float | None:
    """Give the value that all share, if they do."""
    array = np.asarray(values, dtype=np.float64)
    return float(array.flat[0]) if array.size and bool(np.all(array == array.flat[0])) else None


def _special() -> ModuleType:
    try:
        from scipy import special
    except ImportError as error:
        raise missing_extra("the benchmark's intervals need scipy", "bench") from error
    return special
