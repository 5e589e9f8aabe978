"""What is known of ALFWorld's games without its engine: those that come along, and folders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from envs import alfworld
from envs.alfworld import FolderSuite
from envs.alfworld.folder import Folder
from envs.alfworld.games import with_our_rules
from envs.alfworld.reading import first_observation, goal_sentence, readable, readable_names
from skillmem.errors import InvalidOption, MissingExtra, UnknownSplit, UnknownTask
from skillmem.protocols import Fingerprinted
from tests.envs.alfworld_games import LAMP, OURS, PLAYED, SUITE, TRAIN, store


@pytest.mark.parametrize("split", OURS.splits)
def test_first_observations_are_read_off(split: str) -> None:
    """A game's goal and first text are known without loading the engine, a drawn one's too."""
    for task_id in OURS.tasks(split) + OURS.draw(40, seed=len(split)):
        game, task = SUITE.game(task_id), OURS.task(task_id)

        assert (goal_sentence(game), first_observation(game)) == (task.goal, task.observation)


def test_the_suite_is_households_in_all_but_playing() -> None:
    """Ids, tasks, initial states and drawn games are the same, so results can be compared."""
    assert [SUITE.tasks(split) for split in SUITE.splits] == [
        OURS.tasks(split) for split in OURS.splits
    ]
    assert SUITE.draw(3, seed=5) == OURS.draw(3, seed=5)
    for task_id in PLAYED:
        assert SUITE.task(task_id) == OURS.task(task_id)
        assert SUITE.initial_state(task_id) == OURS.initial_state(task_id)


def test_walkthroughs_are_translated() -> None:
    """Internal names become those of the game; other words stay."""
    game = with_our_rules(
        "a", goal="b", problem="(:init (x Pen_bar_1) (x Sink_bar_1_bar_SinkBasin) (:goal"
    )

    assert readable(["go to sink_bar_1_bar_sinkbasin", "look"], game) == (
        "go to sinkbasin 1",
        "look",
    )
    assert readable_names({"x": frozenset({("pen_bar_1",), ("pen_bar_2",)})}) == {
        "pen_bar_1": "pen 2",
        "pen_bar_2": "pen 1",
    }


def test_a_folder_of_splits(tmp_path: Path) -> None:
    """Folders named like splits are splits; ids are folders; what ALFWorld skips is skipped."""
    game = SUITE.game(LAMP)
    store(tmp_path / "train" / "heat-Egg" / "trial_2", game)
    store(tmp_path / "train" / "heat-Egg" / "trial_1", game)
    store(tmp_path / "train" / "heat-Egg" / "trial_3", game, solvable=False)
    store(tmp_path / "train" / "pick_movable-Egg" / "trial_1", game)
    store(tmp_path / "valid_seen" / "heat-Egg" / "trial_4", game)
    labelled = tmp_path / "train" / "heat-Egg" / "trial_2" / "traj_data.json"
    labelled.write_text('{"task_type": "a type"}')

    suite = FolderSuite(Folder(tmp_path))

    assert suite.splits == ("train", "valid_seen")
    assert suite.tasks("train") == ("heat-Egg/trial_1", "heat-Egg/trial_2")
    assert suite.task("heat-Egg/trial_1").label == "heat"
    assert suite.task("heat-Egg/trial_2").label == "a type"
    assert suite.task("heat-Egg/trial_4").observation == OURS.task(LAMP).observation
    assert suite.initial_state("heat-Egg/trial_1") == suite.initial_state("heat-Egg/trial_4")


def test_a_folders_fingerprint_follows_its_games(tmp_path: Path) -> None:
    """Another game, label, place or number of games is another fingerprint; a copy is the same."""
    found = []
    for name, task_id in (("one", LAMP), ("copy", LAMP), ("other", TRAIN)):
        store(tmp_path / name / "train" / "a", SUITE.game(task_id))
        found.append(FolderSuite(Folder(tmp_path / name)).fingerprint())
    (tmp_path / "copy" / "train" / "a" / "traj_data.json").write_text('{"task_type": "a type"}')
    found.append(FolderSuite(Folder(tmp_path / "copy")).fingerprint())
    store(tmp_path / "one" / "valid_seen" / "b", SUITE.game(LAMP))
    found.append(FolderSuite(Folder(tmp_path / "one")).fingerprint())

    assert found[0] == found[1]
    assert len(set(found)) == 4
    assert isinstance(SUITE, Fingerprinted)


def test_a_folder_without_splits_has_a_fingerprint_too(tmp_path: Path) -> None:
    """A game more is another fingerprint, where no folder is named like a split."""
    found = []
    for name, task_id in (("a", LAMP), ("b", TRAIN)):
        store(tmp_path / name, SUITE.game(task_id))
        found.append(FolderSuite(Folder(tmp_path)).fingerprint())

    assert found[0] != found[1]


def test_folders_beside_a_split_are_splits(tmp_path: Path) -> None:
    """Where one folder is named like a split, the others that hold games are splits too."""
    for split in ("train", "mine"):
        store(tmp_path / split / f"{split} game", SUITE.game(LAMP))
    (tmp_path / "notes").mkdir()

    suite = FolderSuite(Folder(tmp_path))

    assert suite.splits == ("train", "mine")
    assert suite.tasks("mine") == ("mine game",)
    assert suite.task("mine game").goal == OURS.task(LAMP).goal


def test_a_plain_folder_can_be_trained_on(tmp_path: Path) -> None:
    """Games at any depth, without folders named like splits, are divided four to one."""
    names = {f"b/{number}/game" if number % 2 else f"a{number}" for number in range(11)}
    for name in sorted(names):
        store(tmp_path / name, SUITE.game(LAMP))

    suite = FolderSuite(Folder(tmp_path))

    train, test = suite.tasks("train"), suite.tasks("test")
    assert suite.splits == ("train", "test")
    assert {*train, *test} == names
    assert (len(train), len(test)) == (8, 3)
    assert test == ("a2", "a4", "b/3/game"), "it is the same division everywhere"


def test_a_single_game_is_not_divided(tmp_path: Path) -> None:
    """One game can be played, and whoever wants to train on none is told what to add."""
    store(tmp_path / "a", SUITE.game(LAMP))

    assert Folder(tmp_path).ids("test") == ("a",)
    with pytest.raises(InvalidOption, match=r"none is left for 'train'; add games"):
        Folder(tmp_path).ids("train")


def test_a_download(tmp_path: Path) -> None:
    """The folder that ALFWorld downloads into can be named itself."""
    store(tmp_path / "json_2.1.1" / "valid_unseen" / "heat-Egg" / "trial_1", SUITE.game(LAMP))

    assert FolderSuite(Folder(tmp_path)).tasks("valid_unseen") == ("heat-Egg/trial_1",)


@pytest.mark.parametrize("task_id", ["", "b", "../a", "/etc"])
def test_unknown_tasks_of_a_folder(tmp_path: Path, task_id: str) -> None:
    """An id that is no game's is refused by name, and none leads out of the folder."""
    store(tmp_path / "a", SUITE.game(LAMP))
    (tmp_path / "inner").mkdir()

    with pytest.raises(UnknownTask, match=repr(task_id)):
        FolderSuite(Folder(tmp_path / "inner")).task(task_id)


def test_a_folder_that_is_no_use(tmp_path: Path) -> None:
    """No folder, no game, an unknown split, a broken file, an id twice: each is said."""
    with pytest.raises(InvalidOption, match="there is no folder"):
        Folder(tmp_path / "nowhere")
    with pytest.raises(InvalidOption, match="holds no solvable game"):
        Folder(tmp_path).ids("test")
    with pytest.raises(UnknownSplit, match=r"'games'.*train, test"):
        Folder(tmp_path).ids("games")

    for split in ("train", "valid_seen"):
        store(tmp_path / split / "a", SUITE.game(LAMP))
    with pytest.raises(InvalidOption, match="two games have the id 'a'"):
        Folder(tmp_path).game("a")

    (tmp_path / "train" / "a" / "game.tw-pddl").write_text("{")
    with pytest.raises(InvalidOption, match=r"a/game.tw-pddl' can't be read"):
        Folder(tmp_path).ids("train")


def test_a_missing_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lacks the engine is told both commands that install it."""
    monkeypatch.setattr("envs.alfworld.engine.find_spec", lambda _name: None)

    with pytest.raises(MissingExtra) as caught:
        alfworld.make()

    assert "[alfworld]' && pip install --no-deps alfworld==0.4.2" in str(caught.value)


def test_nothing_happens_on_import() -> None:
    """Importing the package imports no engine and reads no game."""
    program = (
        "import sys, envs.alfworld, envs.alfworld.games as games\n"
        "assert not {'textworld', 'alfworld', 'fast_downward'} & sys.modules.keys()\n"
        "assert not games._problems.cache_info().currsize"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
