"""The intervals: against values worked by hand, and against a simulation."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmem.evals.statistics import (
    clustered_variance,
    difference_interval,
    exact_interval,
    few_differ,
    pass_at_k,
    rate_interval,
    worth,
)

STUDENT_975 = {1: 12.706204736, 2: 4.302652730, 9: 2.262157163}


def test_two_way_variance_is_as_worked_by_hand() -> None:
    """V(builds) + V(tasks) - V(both), each with its own small-sample factor."""
    # Builds 0, 1; tasks 0, 1, 2; one run each. Mean 0.5, residuals +-0.5.
    values, builds, tasks = [1, 1, 0, 1, 0, 0], [0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2]

    variance = clustered_variance(values, builds=builds, tasks=tasks)

    of_builds = 2 / 1 * (0.5**2 + 0.5**2) / 36
    of_tasks = 3 / 2 * (1.0**2 + 0.0**2 + 1.0**2) / 36
    of_both = 6 / 5 * (6 * 0.5**2) / 36
    assert variance == pytest.approx(of_builds + of_tasks - of_both)


def test_interval_uses_t_on_the_smaller_count() -> None:
    """Three tasks in one build: tasks alone cluster, with two degrees of freedom."""
    values, tasks = [1, 1, 0, 1, 0, 0], [0, 0, 1, 1, 2, 2]

    interval = rate_interval(values, builds=[0] * 6, tasks=tasks)

    variance = 3 / 2 * (1.0**2 + 0.0**2 + 1.0**2) / 36
    assert interval.low == pytest.approx(max(0.0, 0.5 - STUDENT_975[2] * sqrt(variance)))
    assert interval.high == pytest.approx(min(1.0, 0.5 + STUDENT_975[2] * sqrt(variance)))


def test_negative_variance_becomes_the_larger_one_way_variance() -> None:
    """Where builds and tasks cancel each other, the interval doesn't shrink to a point."""
    values, builds, tasks = [1, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1]

    variance = clustered_variance(values, builds=builds, tasks=tasks)

    residuals = np.array(values) - np.mean(values)
    of_builds = 3 / 2 * sum(residuals[2 * b : 2 * b + 2].sum() ** 2 for b in range(3)) / 36
    assert variance == pytest.approx(of_builds)


def test_checkerboard_keeps_a_width() -> None:
    """Builds and tasks whose means are all equal still leave the variance of the cells."""
    interval = rate_interval([1, 0, 0, 1], builds=[0, 0, 1, 1], tasks=[0, 1, 0, 1])

    assert interval.low < 0.5 < interval.high


@pytest.mark.parametrize(
    ("won", "runs", "low", "high"),
    [
        (0, 10, 0.0, 0.3084971),  # the closed form 1 - 0.025 ** (1 / 10)
        (10, 10, 0.6915029, 1.0),
        (3, 10, 0.0667395, 0.6524529),  # R: binom.test(3, 10)
    ],
)
def test_exact_interval(won: int, runs: int, low: float, high: float) -> None:
    """The exact interval is Clopper and Pearson's."""
    assert exact_interval(won, runs) == pytest.approx((low, high), abs=1e-6)


def test_equal_outcomes_are_no_certainty() -> None:
    """All lost in ten builds of fifty tasks: exact on what they are worth, not on five hundred."""
    builds, tasks = np.divmod(np.arange(500), 50)

    lost = rate_interval(np.zeros(500), builds=builds, tasks=tasks)
    same = difference_interval(np.zeros(500), builds=builds, tasks=tasks)

    assert lost == pytest.approx((0.0, 0.1234361), abs=1e-6)
    assert same == pytest.approx((-0.1234361, 0.1234361), abs=1e-6)


def test_difference_of_paired_runs() -> None:
    """A difference that every build shares is tighter than either rate."""
    rng = np.random.default_rng(4)
    builds, tasks = np.divmod(np.arange(400), 40)
    hard = rng.random(40) < 0.5
    before = hard[tasks].astype(float)
    after = np.maximum(before, rng.random(400) < 0.2)

    difference = difference_interval(after - before, builds=builds, tasks=tasks)
    rate = rate_interval(after, builds=builds, tasks=tasks)

    assert 0.0 < difference.low < difference.high
    assert difference.high - difference.low < rate.high - rate.low


@given(
    st.lists(
        st.tuples(st.integers(0, 1), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=60
    )
)
def test_interval_holds_its_mean_and_stays_in_bounds(rows: list[tuple[int, int, int]]) -> None:
    """Whatever the outcomes, the interval holds the rate and lies within 0 and 1."""
    values, builds, tasks = (np.array(column) for column in zip(*rows, strict=True))

    interval = rate_interval(values, builds=builds, tasks=tasks)

    assert 0.0 <= interval.low <= np.mean(values) + 1e-12
    assert np.mean(values) - 1e-12 <= interval.high <= 1.0


@given(st.lists(st.integers(0, 1), min_size=2, max_size=40))
def test_order_of_runs_is_of_no_account(wins: list[int]) -> None:
    """An interval depends on the runs, not on the order in which they are listed."""
    values = np.array(wins)
    builds, tasks = np.divmod(np.arange(values.size), 7)
    order = np.random.default_rng(values.size).permutation(values.size)

    listed = rate_interval(values, builds=builds, tasks=tasks)
    shuffled = rate_interval(values[order], builds=builds[order], tasks=tasks[order])

    assert listed == pytest.approx(shuffled)


@given(st.integers(1, 10), st.integers(2, 40), st.data())
def test_a_win_or_two_tell_no_more_than_none(builds: int, tasks: int, data: st.DataObject) -> None:
    """Among losses alone the interval of a few wins reaches as far up as that of none."""
    build, task = np.arange(tasks) % builds, np.arange(tasks)
    places = data.draw(st.sets(st.integers(0, tasks - 1), max_size=2))
    won = np.isin(task, list(places)).astype(float)

    few = rate_interval(won, builds=build, tasks=task)
    none = rate_interval(np.zeros(tasks), builds=build, tasks=task)
    difference = difference_interval(won, builds=build, tasks=task)

    assert few.high >= none.high
    assert few.low <= won.mean() <= few.high
    assert difference.high - difference.low >= none.high
    assert few_differ(won, builds=build, tasks=task)


@pytest.mark.parametrize("common", [-1.0, 0.0, 1.0])
def test_a_rare_difference_is_bounded_whatever_is_common(common: float) -> None:
    """Around losses, ties or wins alike, one pair that differs leaves room on both sides."""
    build, task = np.arange(30) % 5, np.arange(30)
    values = np.where(task == 7, 0.0 if common else 1.0, common)

    found = difference_interval(values, builds=build, tasks=task)
    bound = exact_interval(0, worth(values, builds=build, tasks=task)).high

    assert few_differ(values, builds=build, tasks=task)
    assert found.high >= min(1.0, values.mean() + bound) - 1e-9
    assert found.low <= max(-1.0, values.mean() - bound) + 1e-9


def test_a_rare_loss_is_bounded_as_a_rare_win_is() -> None:
    """Near the ceiling the interval is the mirror of that near the floor."""
    build, task = np.arange(30) % 5, np.arange(30)
    won = (task == 7).astype(float)

    low = rate_interval(won, builds=build, tasks=task)
    high = rate_interval(1.0 - won, builds=build, tasks=task)

    assert (high.low, high.high) == pytest.approx((1.0 - low.high, 1.0 - low.low))


def test_more_than_two_builds_and_tasks_are_a_variance() -> None:
    """Where three builds and three tasks differ from the rest, the estimate stands alone."""
    build, task = np.arange(12) % 4, np.arange(12)
    won = np.isin(task, [0, 1, 2]).astype(float)

    assert not few_differ(won, builds=build, tasks=task)
    assert few_differ(won, builds=build // 2, tasks=task)


def test_intervals_cover_what_they_promise() -> None:
    """With random builds and random tasks, at least 90 of 100 "95 %" intervals hold the truth."""
    covered = [_covers(seed, builds=10, tasks=60, runs=2, ease=-0.3) for seed in range(400)]

    assert np.mean(covered) >= 0.9


def test_intervals_of_rare_wins_cover_too() -> None:
    """Where one game in fifty is won, and often none or one at all, they still hold the truth."""
    covered = [_covers(seed, builds=5, tasks=20, runs=1, ease=-3.2) for seed in range(200)]

    assert np.mean(covered) >= 0.95


def _covers(seed: int, *, builds: int, tasks: int, runs: int, ease: float) -> bool:
    rng = np.random.default_rng(seed)
    build, task = (axis.ravel() for axis in np.indices((builds, tasks, runs))[:2])
    latent = 0.6 * rng.standard_normal(builds)[build] + 1.0 * rng.standard_normal(tasks)[task]
    won = rng.standard_normal(build.size) < latent + ease
    truth = NormalDist().cdf(ease / sqrt(1.0 + 0.6**2 + 1.0))
    interval = rate_interval(won, builds=build, tasks=task)
    return bool(interval.low <= truth <= interval.high)


@pytest.mark.parametrize(
    ("successes", "runs", "k", "expected"),
    [([0, 2], 2, 1, 0.5), ([1, 1], 2, 2, 1.0), ([1], 4, 2, 0.5), ([0, 0], 3, 3, 0.0)],
)
def test_pass_at_k(successes: Sequence[int], runs: int, k: int, expected: float) -> None:
    """1 - C(n-c, k) / C(n, k), averaged over tasks."""
    assert pass_at_k(successes, runs=runs, k=k) == pytest.approx(expected)


def test_pass_at_k_needs_k_runs() -> None:
    """More tries than runs can't be estimated without bias."""
    with pytest.raises(ValueError, match="between 1 and the 2 runs"):
        pass_at_k([1], runs=2, k=3)
