"""The household's games, chosen for training and for evaluation."""

from __future__ import annotations

import pytest

from envs.household import make
from skillmem.evals.games import (
    evaluated_tasks,
    mean_overlap,
    require_no_leak,
    train_source,
    training_tasks,
)
from skillmem.evals.plan import Plan

SUITE = make()


def a_plan(split: str, *, source: str = "auto", seed: int = 0, limit: int | None = None) -> Plan:
    """Make the plan of a benchmark on the household."""
    return Plan.model_validate(
        {"env": "e", "agent": "a", "split": split, "limit": limit}
        | {"train_source": source, "seed": seed}
    )


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(
    ("split", "source", "limit"),
    [
        ("train", "auto", None),
        ("valid_seen", "auto", None),
        ("valid_unseen", "auto", None),
        ("train", "official", 100),
        ("valid_seen", "official", None),
        ("valid_unseen", "official", None),
    ],
)
def test_every_split_can_be_evaluated(
    split: str, source: str, limit: int | None, seed: int
) -> None:
    """A build finds its games for every split, and shares none with what is evaluated."""
    plan = a_plan(split, source=source, seed=seed, limit=limit)

    training = training_tasks(SUITE, plan, build=1)

    assert len(set(training)) == plan.train
    require_no_leak(SUITE, training=training, evaluated=evaluated_tasks(SUITE, plan))


def test_builds_are_independent_by_default() -> None:
    """By default each build's games are drawn anew and shared with no other."""
    plan = a_plan("valid_unseen")
    builds = [training_tasks(SUITE, plan, build=build) for build in range(3)]

    assert train_source(SUITE, plan) == "drawn"
    assert mean_overlap(builds) == 0
    assert len({SUITE.initial_state(name) for games in builds for name in games}) == 180


def test_builds_of_official_games_share_many() -> None:
    """Any two builds of sixty of the two hundred official games share about eighteen."""
    plan = a_plan("valid_unseen", source="official")

    assert 14 < mean_overlap([training_tasks(SUITE, plan, build=n) for n in range(10)]) < 22
