"""The suite: its splits, its tasks, and how it refuses."""

from __future__ import annotations

import subprocess
import sys

import pytest

from envs.household import HouseholdEnv, make
from skillmem import protocols
from skillmem.errors import InvalidOption, UnknownSplit, UnknownTask

UNSEEN = "pick_clean_then_place_in_recep-Cloth-None-Cabinet-424/trial_T20190908_022321_380927"


def test_official_splits() -> None:
    """The splits are ALFWorld's, each game in one of them."""
    suite = make()

    ids = [task for split in suite.splits for task in suite.tasks(split)]

    assert suite.splits == ("train", "valid_seen", "valid_unseen")
    assert [len(suite.tasks(split)) for split in suite.splits] == [200, 140, 134]
    assert len(set(ids)) == 474


def test_task_describes_the_game() -> None:
    """A task holds the goal as the game words it, the first observation, the type as label."""
    task = make().task(UNSEEN)

    assert task.goal == "clean some cloth and put it in cabinet."
    assert task.label == "pick_clean_then_place_in_recep"
    assert task.observation == make().open(UNSEEN).reset()[0]
    assert task.observation.endswith(f"\n\nYour task is to: {task.goal}")


def test_suite_and_environment_keep_the_protocols() -> None:
    """The harness can use the suite for all that its protocols promise."""
    suite: protocols.Suite = make()
    environment: protocols.Environment = suite.open(UNSEEN)

    assert isinstance(suite, protocols.DrawingSuite)
    assert isinstance(suite, protocols.ExpertSuite)
    assert isinstance(environment, HouseholdEnv)


def test_human_goals() -> None:
    """Seen games carry their task as people worded it; unseen ones keep theirs for judging."""
    suite = make()

    assert all(suite.human_goals(task) for task in suite.tasks("train"))
    assert not any(suite.human_goals(task) for task in suite.tasks("valid_unseen"))


def test_unknown_split() -> None:
    """An unknown split is named, and so are those that exist."""
    with pytest.raises(UnknownSplit, match=r"'test'.*train, valid_seen, valid_unseen"):
        make().tasks("test")


@pytest.mark.parametrize("task_id", ["", "nowhere/trial_1", "drawn-", "drawn-1-x", "drawn-1"])
def test_unknown_task(task_id: str) -> None:
    """An id that is no game's is refused by name."""
    with pytest.raises(UnknownTask, match=repr(task_id)):
        make().open(task_id)


def test_invalid_options() -> None:
    """Numbers that make no sense are refused."""
    with pytest.raises(InvalidOption, match="max_steps"):
        make(max_steps=0)
    with pytest.raises(InvalidOption, match="drawn"):
        make(drawn=-1)
    with pytest.raises(InvalidOption, match="count"):
        make().draw(-1, seed=0)


def test_nothing_happens_on_import() -> None:
    """Importing the package reads no game and no table."""
    program = (
        "import envs.household, envs.household.library as library\n"
        "assert not library.tables.cache_info().currsize\n"
        "assert not library._lines.cache_info().currsize"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
