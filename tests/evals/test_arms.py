"""What each arm shows, on a small build of chores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from skillmem.evals.arms import Labels, Placebo, pick_fixed
from skillmem.evals.builds import exhibits, make_tools, open_arm, read_evidence
from skillmem.evals.collection import Bench, prepare, read_games
from skillmem.evals.deadline import Deadline
from skillmem.evals.folder import RunFolder
from skillmem.evals.forms import Piece
from skillmem.evals.games import stripped
from skillmem.evals.plan import ARMS, Plan
from skillmem.evals.shelf import NOTHING, Shelf, Shown
from skillmem.retrieval import Rankable
from skillmem.testing.suites import TREATMENTS, ChoreAgent, ChoreSuite
from skillmem.types import Demonstration, Receipt, Retrieval, Task

BUDGET = 300


class Laboratory(NamedTuple):
    """Two prepared builds of chores."""

    bench: Bench
    folder: RunFolder

    def show(
        self, arm: str, task: Task, *, budget: int = BUDGET, build: int = 1, key: str = "k"
    ) -> Shown:
        """Give what an arm shows for a task."""
        with open_arm(self.bench, self.folder, build=build, arm=arm) as opened:
            return opened.show(task, token_budget=budget, key=key)

    def labels(self, shown: Shown, *, build: int = 1) -> list[str]:
        """Name the labels of the episodes behind the items shown."""
        games = read_games(self.folder.build_folder(build))
        evidence = read_evidence(self.folder.build_folder(build))
        items = {item.id: item for item in (*evidence.demonstrations, *evidence.lessons)}
        return [games[name].label for item in shown.items for name in items[item].episode_ids]


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """Prepare two builds, half of whose games the expert played."""
    plan = Plan.model_validate(
        {
            "env": "skillmem.testing.suites:make",
            "agent": "skillmem.testing.suites:make_agent",
            "split": "valid",
            "train": 18,
            "train_source": "official",
            "builds": 2,
            "collector": {"name": "expert", "share": 0.5},
        }
    )
    bench = Bench(plan, ChoreSuite(), ChoreAgent())
    folder = RunFolder(tmp_path_factory.mktemp("laboratory"))
    for build in range(plan.builds):
        prepare(bench, folder.build_folder(build), build=build, deadline=Deadline())
    return Laboratory(bench, folder)


def a_task(laboratory: Laboratory, name: str = "warm:mug") -> Task:
    """Give an evaluated task as an agent sees it."""
    return stripped(laboratory.bench.suite.task(name))


def test_memory_holds_both_kinds(laboratory: Laboratory) -> None:
    """The laboratory is no empty stage: there are successes, failures and lessons."""
    evidence = read_evidence(laboratory.folder.build_folder(1))

    assert evidence.demonstrations
    assert evidence.failures
    assert len(evidence.tasks) == 18
    assert all(task.label == "" for task in evidence.tasks)


@pytest.mark.parametrize("arm", ARMS)
def test_every_arm_keeps_its_budget(laboratory: Laboratory, arm: str) -> None:
    """What is shown is counted exactly and never exceeds the budget."""
    counter = make_tools().counter

    with open_arm(laboratory.bench, laboratory.folder, build=1, arm=arm) as opened:
        for budget in (0, 60, 300, 10**9):
            shown = opened.show(a_task(laboratory), token_budget=budget, key="k")
            assert counter.count(shown.text) == shown.tokens <= budget


def test_none_shows_nothing(laboratory: Laboratory) -> None:
    """`none` is the agent alone."""
    assert laboratory.show("none", a_task(laboratory)) == NOTHING


def test_arms_share_the_products_ranking_and_packer(laboratory: Laboratory) -> None:
    """A shelf of the product's own forms shows, to the letter, what the product shows."""
    evidence = read_evidence(laboratory.folder.build_folder(1))
    tools = make_tools()
    pieces = exhibits(laboratory.bench, laboratory.folder, build=1, arm="asymmetric")
    shelf = Shelf(pieces, lexicon=evidence.lexicon, tools=tools)

    for name in laboratory.bench.suite.tasks("valid")[:6]:
        task = a_task(laboratory, name)
        product = laboratory.show("asymmetric", task)
        assert product.text
        assert shelf.show(task, token_budget=BUDGET, key="") == product._replace(
            items=shelf.show(task, token_budget=BUDGET, key="").items
        )
        assert set(shelf.show(task, token_budget=BUDGET, key="").items) == set(product.items)


def test_single_lanes(laboratory: Laboratory) -> None:
    """`demonstrations` shows runs alone, `lessons` lessons alone."""
    task = a_task(laboratory)

    demonstrations = laboratory.show("demonstrations", task).text
    lessons = laboratory.show("lessons", task).text

    assert "Goal: " in demonstrations
    assert "## Lessons" not in demonstrations
    assert "Goal: " not in lessons


def test_square(laboratory: Laboratory) -> None:
    """Each corner shows successes and failures in its own form."""
    task = a_task(laboratory)
    texts = {
        arm: laboratory.show(arm, task, budget=2000).text
        for arm in ("raw", "abstract", "asymmetric", "reversed")
    }
    outline, failed = "a run that reached it did this:", "This run failed"

    assert [arm for arm in texts if outline in texts[arm]] == ["abstract", "reversed"]
    assert [arm for arm in texts if failed in texts[arm]] == ["raw", "reversed"]


def a_retrieval(task: Task, label: str, *, verb: str) -> Retrieval:
    """Retrieve one demonstration, of an episode that is named for its label."""
    item = Demonstration(
        id=task.goal,
        namespace=("bench",),
        episode_ids=(label,),
        version=1,
        task=task,
        steps=(),
        skeleton=(f"{verb} <A>",),
    )
    receipt = Receipt(token_budget=BUDGET)
    return Retrieval(id="r", text=task.goal, tokens=10, items=(item,), receipt=receipt)


@pytest.mark.parametrize(
    ("verbs", "shown"),
    [
        ({"map": "put", "attic": "put", "away": "hang"}, "away"),
        ({"map": "put", "attic": "put", "away": "put"}, "away"),
        ({"map": "put", "attic": "put"}, ""),
    ],
)
def test_placebo_is_never_of_the_same_kind(verbs: dict[str, str], shown: str) -> None:
    """Where all plans are of one kind, another label is; where labels are one too, nothing is."""
    labels = {"map": "read", "attic": "read", "away": "tidy"}
    tasks = {goal: Task(goal=goal) for goal in verbs}

    def retrieve(task: Task, token_budget: int) -> Retrieval:  # noqa: ARG001 - always one item
        return a_retrieval(task, labels[task.goal], verb=verbs[task.goal])

    known = Labels(
        of_episode={label: label for label in labels.values()},
        of_task={(goal, ""): labels[goal] for goal in verbs},
    )
    placebo = Placebo(retrieve, tuple(tasks.values()), known)

    assert placebo.show(tasks["map"], token_budget=BUDGET, key="k").text == shown


def test_placebo_is_as_long_and_about_another_task(laboratory: Laboratory) -> None:
    """The placebo takes no more tokens than memory would, and shares nothing with it."""
    task = a_task(laboratory)

    placebo, product = (laboratory.show(arm, task) for arm in ("placebo", "asymmetric"))

    assert 0 < placebo.tokens <= product.tokens
    assert set(placebo.items).isdisjoint(product.items)
    assert "warm" not in laboratory.labels(placebo)


def test_random_is_drawn_by_its_key(laboratory: Laboratory) -> None:
    """Another episode draws other items; the same one draws the same."""
    task = a_task(laboratory)
    drawn = {key: laboratory.show("random", task, key=key) for key in "abcd"}

    assert len({shown.text for shown in drawn.values()}) > 1
    assert laboratory.show("random", task, key="a") == drawn["a"]


def test_oracle_shows_the_right_label_only(laboratory: Laboratory) -> None:
    """Every item that the oracle shows came of a run with the task's label."""
    for manner in TREATMENTS:
        labels = laboratory.labels(
            laboratory.show("oracle", a_task(laboratory, f"{manner}:mug"), budget=2000)
        )
        assert set(labels) == {manner}


def test_fixed_is_the_same_for_all_tasks_and_builds(laboratory: Laboratory) -> None:
    """Classic few-shot: one set, from the first build, one example of each label."""
    shown = {
        laboratory.show("fixed", a_task(laboratory, name), build=build)
        for name in ("warm:mug", "cool:jar")
        for build in (0, 1)
    }

    assert len(shown) == 1
    assert sorted(laboratory.labels(shown.pop(), build=0)) == sorted(TREATMENTS)


def test_fixed_picks_the_shortest_of_each_label() -> None:
    """The shortest success of a label is picked, and of two the earlier one."""
    labels = Labels({"1": "x", "2": "x", "3": "x", "4": "y"}, {})
    pieces = [a_piece("1", 5), a_piece("2", 3), a_piece("3", 3), a_piece("4", 9)]

    assert [piece.rankable.id for piece in pick_fixed(pieces, labels)] == ["2", "4"]


def a_piece(episode: str, actions: int) -> Piece:
    """Make a success of some length."""
    rankable = Rankable(episode, "demonstration", "", (), 1.0, int(episode))
    return Piece(rankable, "", ("text",), (episode,), actions)


def test_labels_reach_no_other_arm(laboratory: Laboratory) -> None:
    """Without any labels, all arms but `fixed` and `oracle` show what they showed."""

    class Unlabelled(ChoreSuite):
        def task(self, task_id: str) -> Task:
            return stripped(super().task(task_id))

    blind = Laboratory(laboratory.bench._replace(suite=Unlabelled()), laboratory.folder)
    arms: Sequence[str] = [arm for arm in ARMS if arm not in ("fixed", "oracle")]
    task = a_task(laboratory)

    seen = Counter(blind.show(arm, task) == laboratory.show(arm, task) for arm in arms)

    assert seen == {True: len(arms)}
