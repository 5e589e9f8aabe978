"""The choice of games, and that training and evaluation share none."""

from __future__ import annotations

import pytest

from skillmem.errors import InvalidOption, LeakFound, UnknownSplit
from skillmem.evals.games import (
    evaluated_tasks,
    mean_overlap,
    require_no_leak,
    stripped,
    train_source,
    training_tasks,
)
from skillmem.evals.plan import Plan
from skillmem.protocols import Suite
from skillmem.testing.suites import ChoreSuite
from skillmem.types import Task


def a_plan(**changes: object) -> Plan:
    """Make a plan that differs from the default in `changes`."""
    return Plan.model_validate({"env": "e:make", "agent": "a:make", "split": "valid", **changes})


class Closed:
    """A suite that draws nothing."""

    def __init__(self) -> None:
        self._suite: Suite = ChoreSuite()
        self.splits = self._suite.splits
        self.tasks = self._suite.tasks
        self.task = self._suite.task
        self.open = self._suite.open


def test_limited_tasks_hold_every_label() -> None:
    """The first three tasks are of the three labels."""
    suite = ChoreSuite()

    tasks = evaluated_tasks(suite, a_plan(limit=3))

    assert {suite.task(name).label for name in tasks} == {"polish", "warm", "cool"}
    assert tasks == evaluated_tasks(suite, a_plan(limit=3, seed=9))


def test_unknown_split_is_named() -> None:
    """A split that isn't there is refused, with those that are."""
    with pytest.raises(UnknownSplit, match=r"'test'.*train, valid"):
        evaluated_tasks(ChoreSuite(), a_plan(split="test"))


def test_a_suite_without_training_tasks_is_told_what_to_do() -> None:
    """Without a split `train`, and without drawing, its splits are named, and the way out."""
    suite = Closed()
    suite.splits = ("valid",)

    with pytest.raises(UnknownSplit, match=r"'e:make'.*'train'.*only: valid.*--mode online"):
        train_source(suite, a_plan(train=5))
    with pytest.raises(UnknownSplit, match="--mode online"):
        training_tasks(suite, a_plan(train=5), build=0)


def test_a_suite_need_not_name_its_splits_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """An unknown split is refused by name even where the suite would only raise a KeyError."""
    suite = Closed()
    tasks = {"train": ("polish:spoon",), "valid": ("warm:mug",)}
    monkeypatch.setattr(suite, "tasks", tasks.__getitem__)

    with pytest.raises(UnknownSplit, match=r"'e:make'.*'test'.*--split: train, valid"):
        evaluated_tasks(suite, a_plan(split="test"))


def test_games_are_drawn_where_the_suite_can() -> None:
    """Builds are independent by default; official games are taken when asked for, or only there."""
    suite = ChoreSuite()

    assert train_source(suite, a_plan(train=5)) == "drawn"
    assert train_source(suite, a_plan(train=5, train_source="drawn")) == "drawn"
    assert train_source(suite, a_plan(train=5, train_source="official")) == "official"
    assert train_source(Closed(), a_plan(train=5)) == "official"


def test_too_few_games() -> None:
    """Where nothing can be drawn, asking for too many is refused with the number there is."""
    with pytest.raises(InvalidOption, match="25 exceeds the 24"):
        train_source(Closed(), a_plan(train=25))
    with pytest.raises(InvalidOption, match="25 exceeds the 24"):
        train_source(ChoreSuite(), a_plan(train=25, train_source="official"))
    with pytest.raises(InvalidOption, match="28 exceeds the 27"):
        training_tasks(ChoreSuite(), a_plan(train=28), build=0)
    with pytest.raises(InvalidOption, match="'e:make' draws no games"):
        train_source(Closed(), a_plan(train=5, train_source="drawn"))


def test_every_build_has_its_own_games() -> None:
    """Builds draw anew; the same seed and build draw the same."""
    suite = ChoreSuite()

    first, second = (training_tasks(suite, a_plan(train=12), build=build) for build in (0, 1))

    assert len(set(first)) == len(set(second)) == 12
    assert set(first) != set(second)
    assert first == training_tasks(suite, a_plan(train=12), build=0)
    assert set(first) != set(training_tasks(suite, a_plan(train=12, seed=1), build=0))


def test_training_leaves_evaluated_games_alone() -> None:
    """Evaluating on the training split trains on the rest of it."""
    suite, plan = ChoreSuite(), a_plan(split="train", limit=10, train=14, train_source="official")

    training = training_tasks(suite, plan, build=0)

    assert set(training).isdisjoint(evaluated_tasks(suite, plan))


class Twins(ChoreSuite):
    """Begins every task whose thing was drawn as an `odd` one like an evaluated task."""

    def task(self, task_id: str) -> Task:
        """Describe the twin's task."""
        manner, _, thing = task_id.partition(":")
        twin = thing.startswith(("odd ", "spoon", "lamp"))
        return super().task(f"{manner}:fork" if twin else task_id)


@pytest.mark.parametrize(("source", "train"), [("drawn", 18), ("official", 18)])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_games_that_equal_an_evaluated_one_are_left_out(source: str, train: int, seed: int) -> None:
    """As many games as asked for are chosen, none of which an evaluated task repeats."""
    suite, plan = Twins(), a_plan(train=train, train_source=source, seed=seed)

    training = training_tasks(suite, plan, build=0)

    require_no_leak(suite, training=training, evaluated=evaluated_tasks(suite, plan))
    assert len(set(training)) == train
    assert training == training_tasks(suite, plan, build=0)


def test_a_suite_that_draws_what_is_evaluated() -> None:
    """Where hardly any drawn game differs from the evaluated ones the benchmark stops."""
    with pytest.raises(LeakFound, match="of 27 training games drawn only 18 differ"):
        training_tasks(Twins(), a_plan(train=19), build=0)


def test_the_overlap_of_builds_is_their_mean_number_of_shared_games() -> None:
    """Every pair of builds counts once; one build shares with nobody."""
    assert mean_overlap([{"a", "b"}, {"b", "c"}, {"b", "c"}]) == pytest.approx(4 / 3)
    assert mean_overlap([{"a"}]) == 0


def test_leak_is_found() -> None:
    """The same goal and first observation on both sides stops the benchmark, whatever the id."""

    class Leaky(ChoreSuite):
        def task(self, task_id: str) -> Task:
            return super().task("warm:spoon" if task_id == "warm:fork" else task_id)

    suite = Leaky()
    with pytest.raises(LeakFound, match=r"'warm:spoon'.*'warm:fork'"):
        require_no_leak(suite, training=suite.tasks("train"), evaluated=suite.tasks("valid"))
    clean = ChoreSuite()
    require_no_leak(clean, training=clean.tasks("train"), evaluated=clean.tasks("valid"))


def test_tasks_that_look_alike_are_told_apart_by_their_state() -> None:
    """Two games of one room and goal are no leak when things lie elsewhere in them."""

    class Transparent(ChoreSuite):
        def initial_state(self, task_id: str) -> str:
            return task_id

        def task(self, task_id: str) -> Task:
            return super().task(task_id).model_copy(update={"goal": "do it", "observation": ""})

    suite = Transparent()
    train, valid = suite.tasks("train"), suite.tasks("valid")

    require_no_leak(suite, training=train, evaluated=valid)
    with pytest.raises(LeakFound):
        require_no_leak(suite, training=(*train, valid[0]), evaluated=valid)


def test_label_and_metadata_are_stripped() -> None:
    """What agent and memory see is the goal and the observation."""
    task = Task(goal="g", observation="o", label="warm", metadata={"game": "warm-1"})

    assert stripped(task) == Task(goal="g", observation="o")
