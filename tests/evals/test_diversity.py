"""How differently a task is played, and how hard tasks are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmem.evals.difficulty import classes
from skillmem.evals.diversity import divergence_entropy, diversity
from skillmem.evals.results import Played


def a_run(actions: str, *, won: bool, task: str = "t", build: int = 0) -> Played:
    """Make a run whose actions are letters."""
    return Played(
        arm="none",
        budget=800,
        build=build,
        seed=0,
        task=task,
        label="",
        success=won,
        steps=len(actions),
        ended_by="agent",
        memory_tokens=0,
        items=(),
        actions=tuple(actions),
    )


@pytest.mark.parametrize(
    ("plans", "bits"),
    [
        (["abc", "abc"], 0.0),
        (["abc", "abd"], 1.0),
        (["abc", "xbc", "ybc", "zbc"], 2.0),
        (["ab", "abc"], 1.0),
        (["aab", "aab", "abz", "aby"], 1.0),
        ([], 0.0),
    ],
)
def test_entropy_is_taken_where_plans_first_part(plans: list[str], bits: float) -> None:
    """What comes before is the same for all, what comes after doesn't count."""
    assert divergence_entropy([tuple(plan) for plan in plans]) == pytest.approx(bits)


def test_runs_of_one_task_with_one_memory_are_compared() -> None:
    """Plans are counted within a task and a build; what was played once says nothing."""
    runs = [
        a_run("ab", won=True),
        a_run("ab", won=True),
        a_run("ac", won=True),
        a_run("ad", won=False),
        a_run("xy", won=True, task="once"),
        a_run("zz", won=True, build=1),
        a_run("zz", won=True, build=1),
    ]

    found = diversity(runs)

    assert found is not None
    assert (found.groups, found.runs) == (2, 3.0)
    assert found.distinct_plans == (3 + 1) / 2
    assert found.distinct_wins == (2 + 1) / 2
    assert found.divergence_entropy == pytest.approx(1.5 / 2)
    assert diversity(runs[4:5]) is None


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 60), max_size=60))
def test_difficulty_is_at_most_three_classes_by_length(lengths: dict[str, int]) -> None:
    """Equal lengths are of one class, and classes don't overlap."""
    found = classes(lengths)

    assert set(found) == set(lengths)
    assert len(set(found.values())) <= 3
    spans = {}
    for name in set(found.values()):
        members = [lengths[task] for task in found if found[task] == name]
        spans[name] = (min(members), max(members))
    ordered = sorted(spans.values())
    assert all(one[1] < other[0] for one, other in pairwise(ordered))
