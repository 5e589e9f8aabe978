"""Episodes to figures. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillmem.errors import SkillMemError
from skillmem.evals.plan import Plan
from skillmem.evals.results import ArmResult, Bounds, Difference, LabelResult, Played
from skillmem.evals.statistics import Interval, difference_interval, pass_at_k, rate_interval

DIGITS = 6

Series = Sequence[Played]


def summarise(plan: Plan, played: Series) -> tuple[ArmResult, ...]:
    """Give every arm's figures under every budget, in the plan's order.

    `played` holds, for each arm and budget, the same builds, seeds and tasks in one order.
    """
    results = []
    for budget in plan.budgets:
        series = {
            arm: [entry for entry in played if (entry.arm, entry.budget) == (arm, budget)]
            for arm in plan.arms
        }
        results += [_arm_result(plan, arm, series=series, budget=budget) for arm in plan.arms]
    return tuple(results)


def compare(ours: Series, theirs: Series) -> Difference:
    """Give the mean of the paired differences, ours minus theirs.

    Raises:
        SkillMemError: the episodes are not pairs.
    """
    if [_pair(entry) for entry in ours] != [_pair(entry) for entry in theirs]:
        raise SkillMemError(
            f"arms {ours[0].arm!r} and {theirs[0].arm!r} played different builds, seeds or "
            "tasks; remove the folder and run the benchmark again"
        )
    difference = _won(ours) - _won(theirs)
    interval = difference_interval(difference, **_clusters(ours))
    return Difference(difference=_rounded(difference.mean()), ci95=_bounds(interval))


def _arm_result(
    plan: Plan, arm: str, *, series: Mapping[str, Series], budget: int | None
) -> ArmResult:
    own = series[arm]
    won = _won(own)
    return ArmResult(
        arm=arm,
        split=plan.split,
        n=len(own),
        success_rate=_rounded(won.mean()),
        ci95=_bounds(rate_interval(won, **_clusters(own))),
        steps_mean=_rounded(np.mean([entry.steps for entry in own])),
        budget=budget,
        memory_tokens_mean=_rounded(np.mean([entry.memory_tokens for entry in own])),
        nothing_shown=_rounded(np.mean([entry.memory_tokens == 0 for entry in own])),
        pass_at_k=_passes(own, runs=plan.seeds),
        by_label=_by_label(own),
        versus={other: compare(own, theirs) for other, theirs in series.items() if other != arm},
    )


def _by_label(own: Series) -> dict[str, LabelResult]:
    results = {}
    for label in sorted({entry.label for entry in own}):
        members = [entry for entry in own if entry.label == label]
        won = _won(members)
        results[label] = LabelResult(
            n=len(members),
            success_rate=_rounded(won.mean()),
            ci95=_bounds(rate_interval(won, **_clusters(members))),
        )
    return results


def _passes(own: Series, *, runs: int) -> dict[int, float]:
    """Count the wins of each task within each build, over its seeds."""
    wins: dict[tuple[int, str], int] = {}
    for entry in own:
        wins[entry.build, entry.task] = wins.get((entry.build, entry.task), 0) + entry.success
    counts = tuple(wins.values())
    return {k: _rounded(pass_at_k(counts, runs=runs, k=k)) for k in range(1, runs + 1)}


def _won(series: Series) -> NDArray[np.float64]:
    return np.array([entry.success for entry in series], dtype=np.float64)


def _clusters(series: Series) -> dict[str, NDArray[Any]]:
    return {
        "builds": np.array([entry.build for entry in series]),
        "tasks": np.array([entry.task for entry in series]),
    }


def _pair(entry: Played) -> tuple[int, int, str]:
    return entry.build, entry.seed, entry.task


def _bounds(interval: Interval) -> Bounds:
    return _rounded(interval.low), _rounded(interval.high)


def _rounded(value: float | np.floating[Any]) -> float:
    return round(float(value), DIGITS)
