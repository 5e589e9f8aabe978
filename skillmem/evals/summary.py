"""Episodes to figures. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skillmem.errors import SkillMemError
from skillmem.evals.diversity import by_build_and_task, diversity
from skillmem.evals.plan import Plan
from skillmem.evals.reasons import reasons
from skillmem.evals.results import (
    UNKNOWN_DIFFERENCE,
    ArmResult,
    Bounds,
    Difference,
    DifficultyResult,
    LabelResult,
    Played,
)
from skillmem.evals.statistics import (
    Interval,
    difference_interval,
    few_differ,
    mean_interval,
    pass_at_k,
    rate_interval,
)

DIGITS = 6
QUARTERS = 4
UNKNOWN: Bounds = (0.0, 1.0)

Series = Sequence[Played]
NO_CLASSES: Mapping[str, str] = {}


def summarise(
    plan: Plan, played: Series, *, difficulty: Mapping[str, str] = NO_CLASSES
) -> tuple[ArmResult, ...]:
    """Give every arm's figures under every budget, in the plan's order.

    `played` holds, for each arm and budget, the same builds, seeds and tasks in one order.
    `difficulty` maps tasks to their classes.
    """
    results = []
    for budget in plan.budgets:
        series = {
            arm: [entry for entry in played if (entry.arm, entry.budget) == (arm, budget)]
            for arm in plan.arms
        }
        results += [
            _arm_result(plan, arm, series=series, budget=budget, difficulty=difficulty)
            for arm in plan.arms
        ]
    return tuple(results)


def compare(ours: Series, theirs: Series) -> Difference:
    """Give the mean of the paired differences, ours minus theirs, over the pairs both judged.

    Raises:
        SkillMemError: the episodes are not pairs.
    """
    if [_pair(entry) for entry in ours] != [_pair(entry) for entry in theirs]:
        raise SkillMemError(
            f"arms {ours[0].arm!r} and {theirs[0].arm!r} played different builds, seeds or "
            "tasks; remove the folder and run the benchmark again"
        )
    pairs = [
        (one, other)
        for one, other in zip(ours, theirs, strict=True)
        if one.success is not None and other.success is not None
    ]
    if not pairs:
        return Difference(difference=0.0, ci95=UNKNOWN_DIFFERENCE, pairs=0)
    difference = _won([one for one, _ in pairs]) - _won([other for _, other in pairs])
    clusters = _clusters([one for one, _ in pairs])
    return Difference(
        difference=_rounded(difference.mean()),
        ci95=_bounds(difference_interval(difference, **clusters)),
        pairs=len(pairs),
        few_differ=few_differ(difference, **clusters),
    )


def _arm_result(
    plan: Plan,
    arm: str,
    *,
    series: Mapping[str, Series],
    budget: int | None,
    difficulty: Mapping[str, str],
) -> ArmResult:
    everything = series[arm]
    own = [entry for entry in everything if entry.success is not None]
    rate = _rate(own)
    steps = sum(entry.steps for entry in everything)
    return ArmResult(
        arm=arm,
        split=plan.split,
        n=rate.n,
        not_judged=len(everything) - len(own),
        why_not_judged=reasons(everything),
        success_rate=rate.success_rate,
        ci95=rate.ci95,
        steps_mean=_mean(entry.steps for entry in own),
        budget=budget,
        memory_tokens_mean=_mean(entry.memory_tokens for entry in everything),
        nothing_shown=_mean(entry.memory_tokens == 0 for entry in everything),
        attempts_mean=_mean(entry.attempts for entry in everything),
        critiqued_mean=_mean(entry.critiqued for entry in everything),
        **_scores(own),
        seconds_per_step=_rounded(sum(entry.seconds for entry in everything) / max(steps, 1)),
        model_tokens_per_step=_model_tokens(everything, steps),
        pass_at_k=_passes(own),
        diversity=diversity(own),
        by_label=_by(own, lambda entry: entry.label),
        by_difficulty=_by_difficulty(own, difficulty),
        by_position=_by_position(own),
        versus={other: compare(everything, it) for other, it in series.items() if other != arm},
    )


def _rate(own: Series) -> LabelResult:
    if not own:
        return LabelResult(n=0, success_rate=0.0, ci95=UNKNOWN)
    won = _won(own)
    return LabelResult(
        n=len(own),
        success_rate=_rounded(won.mean()),
        ci95=_bounds(rate_interval(won, **_clusters(own))),
    )


def _scores(own: Series) -> dict[str, Any]:
    """Give the mean of the environment's scores, where it gives any."""
    scored = [entry for entry in own if entry.score is not None]
    if not scored:
        return {}
    values = [entry.score for entry in scored if entry.score is not None]
    interval = mean_interval(values, **_clusters(scored))
    return {
        "score_mean": _mean(values),
        "score_ci95": None if interval is None else _bounds(interval),
    }


def _model_tokens(played: Series, steps: int) -> float | None:
    counts = [entry.model_tokens for entry in played if entry.model_tokens is not None]
    return _rounded(sum(counts) / max(steps, 1)) if counts else None


def _by(own: Series, name: Callable[[Played], str]) -> dict[str, LabelResult]:
    return {
        found: _rate([entry for entry in own if name(entry) == found])
        for found in sorted({name(entry) for entry in own})
    }


def _by_difficulty(own: Series, difficulty: Mapping[str, str]) -> dict[str, DifficultyResult]:
    known = [entry for entry in own if entry.task in difficulty]
    found = {}
    for name, rate in _by(known, lambda entry: difficulty[entry.task]).items():
        members = [entry for entry in known if difficulty[entry.task] == name]
        groups = by_build_and_task(members).values()
        covered = _mean(any(run.success for run in runs) for runs in groups)
        found[name] = DifficultyResult(**rate.model_dump(), coverage=covered)
    return dict(sorted(found.items(), key=lambda entry: _leading_number(entry[0])))


def _by_position(own: Series) -> dict[str, LabelResult]:
    """Part streams into quarters."""
    placed = [entry for entry in own if entry.position is not None]
    length = max((entry.position or 0 for entry in placed), default=-1) + 1

    def quarter(entry: Played) -> int:
        return (entry.position or 0) * QUARTERS // length

    return {
        f"quarter {number + 1}": _rate([entry for entry in placed if quarter(entry) == number])
        for number in sorted({quarter(entry) for entry in placed})
    }


def _passes(own: Series) -> dict[int, float]:
    """Estimate pass@k up to the number of runs that half of the groups (build, task) have.

    Where a run was cut off, some have fewer. Each k must rest on the same groups: over different
    ones, more runs could seem to win less. So those with fewer are left out for every k, and a
    few that have more don't decide.
    """
    groups = sorted(by_build_and_task(own).values(), key=len, reverse=True)
    if not groups:
        return {}
    most = len(groups[(len(groups) - 1) // 2])
    kept = [(sum(run.success is True for run in it), len(it)) for it in groups if len(it) >= most]
    return {
        k: _mean(pass_at_k([wins], runs=runs, k=k) for wins, runs in kept)
        for k in range(1, most + 1)
    }


def _leading_number(name: str) -> int:
    return int(name.partition(" ")[0].partition("–")[0])


def _won(series: Series) -> NDArray[np.float64]:
    return np.array([entry.success for entry in series], dtype=np.float64)


def _clusters(series: Series) -> dict[str, NDArray[Any]]:
    return {
        "builds": np.array([entry.build for entry in series]),
        "tasks": np.array([entry.task for entry in series]),
    }


def _pair(entry: Played) -> tuple[int, int, str]:
    return entry.build, entry.seed, entry.task


def _mean(values: Iterable[float]) -> float:
    """Give the mean; 0 of nothing."""
    found = list(values)
    return _rounded(np.mean(found)) if found else 0.0


def _bounds(interval: Interval) -> Bounds:
    return _rounded(interval.low), _rounded(interval.high)


def _rounded(value: float | np.floating[Any]) -> float:
    return round(float(value), DIGITS)
