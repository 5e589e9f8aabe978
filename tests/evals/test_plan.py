"""The plan of a benchmark and its units of work."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmem.errors import InvalidOption, UnknownArm
from skillmem.evals.plan import (
    ARMS,
    Collector,
    Plan,
    episode_seed,
    interleave,
    parse_budgets,
    parse_collector,
    unit_tasks,
    work_units,
)


def a_plan(**changes: object) -> Plan:
    """Make a plan that differs from the default in `changes`."""
    return Plan.model_validate({"env": "e:make", "agent": "a:make", **changes})


def test_default_is_ten_builds_of_two_seeds_with_all_arms() -> None:
    """The default protocol is the one that the design asks for."""
    plan = a_plan()

    assert (plan.builds, plan.seeds, plan.train) == (10, 2, 60)
    assert plan.arms == ARMS
    assert plan.budgets == (800,)


def test_unknown_arm_is_refused_with_those_there_are() -> None:
    """A misspelt arm is named, and so is every arm that exists."""
    with pytest.raises(UnknownArm, match="asymetric") as caught:
        a_plan(arms=("none", "asymetric"))

    assert all(arm in str(caught.value) for arm in ARMS)


def test_an_arm_is_named_once() -> None:
    """Naming an arm twice would count its episodes twice."""
    with pytest.raises(InvalidOption, match="'none' is named twice"):
        a_plan(arms=("none", "none"))


def test_budgets() -> None:
    """A budget is a number of tokens or unlimited, zero and less allowed."""
    assert parse_budgets("200, 0,unlimited") == (200, 0, None)
    with pytest.raises(InvalidOption, match="'many'"):
        parse_budgets("200,many")


def test_collectors() -> None:
    """A collector is a name and a share; the name may be an import path."""
    assert parse_collector("expert:0.3") == Collector(name="expert", share=0.3)
    assert parse_collector("agents.other:make:1") == Collector(name="agents.other:make", share=1.0)
    for text in ("expert", "expert:2", ":0.5", "agents.other:make"):
        with pytest.raises(InvalidOption, match=text):
            parse_collector(text)


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=40),
    st.integers(min_value=1, max_value=40),
)
def test_first_few_tasks_hold_all_labels(labels: list[str], few: int) -> None:
    """In any first few tasks, labels that aren't used up differ by one at most."""
    names = [f"task-{place}" for place in range(len(labels))]
    label_of = dict(zip(names, labels, strict=True))

    order = interleave(names, labels)

    assert sorted(order) == sorted(names)
    taken = [label_of[name] for name in order[:few]]
    left = [label for label in set(labels) if taken.count(label) < labels.count(label)]
    assert all(max(map(taken.count, taken)) - taken.count(label) <= 1 for label in left)


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 200))
def test_units_cover_every_episode_once(builds: int, seeds: int, tasks: int) -> None:
    """Every (build, arm, budget, seed, task) is in exactly one unit."""
    plan = a_plan(arms=("none", "raw"), builds=builds, seeds=seeds, budgets=(100, None))
    names = [str(place) for place in range(tasks)]

    units = tuple(work_units(plan, labels=["pick"] * tasks))
    played = [
        (unit.build, unit.arm, unit.budget, unit.seed, task)
        for unit in units
        for task in unit_tasks(plan, unit, names)
    ]

    assert len(played) == len(set(played)) == 2 * 2 * builds * seeds * tasks
    assert len({unit.name for unit in units}) == len(units)


@given(st.integers(1, 8), st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(0, 400))
def test_each_label_meets_all_builds(builds: int, sizes: list[int], rounds: int) -> None:
    """Wherever a run of single tasks ends, a label's tasks are spread evenly over the builds.

    And each task meets each build once before it meets any again.
    """
    plan = a_plan(arms=("none",), builds=builds, seeds=2, tasks_of_a_unit=1)
    named = [f"kind-{kind}" for kind, size in enumerate(sizes) for _ in range(size)]
    labels = [
        named[int(place)] for place in interleave([str(it) for it in range(len(named))], named)
    ]

    units = tuple(work_units(plan, labels=labels))

    half = units[: builds * len(labels)]
    assert len({(unit.build, unit.part) for unit in half}) == len(half)
    for kind in set(labels):
        met = Counter(dict.fromkeys(range(builds), 0))
        met.update(unit.build for unit in half[:rounds] if labels[unit.part] == kind)
        assert max(met.values()) - min(met.values()) <= 1


def test_seeds_differ_by_build_and_follow_the_plan() -> None:
    """Builds and runs have their own seeds, and the plan's seed decides all of them."""
    seeds = {episode_seed(a_plan(seed=7), build=b, seed=s) for b in range(5) for s in range(4)}

    assert len(seeds) == 20
    assert episode_seed(a_plan(seed=7), build=0, seed=0) in seeds
    assert episode_seed(a_plan(seed=8), build=0, seed=0) not in seeds
