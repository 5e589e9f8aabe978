"""ALFWorld's own engine behind our protocols."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import pytest

from envs import alfworld, household
from envs.alfworld import FolderSuite, OfficialSuite
from envs.alfworld.engine import DATA_VARIABLE, require_engine, require_installed
from envs.alfworld.folder import Folder
from envs.alfworld.games import PddlGame, with_our_rules
from envs.alfworld.reading import first_observation, goal_sentence, readable, readable_names
from skillmem import protocols
from skillmem.errors import EpisodeOver, InvalidOption, MissingExtra, UnknownSplit, UnknownTask

try:
    require_installed()
except MissingExtra as error:
    MISSING = str(error)
else:
    MISSING = ""

needs_engine = pytest.mark.skipif(bool(MISSING), reason=MISSING or "it is there")

OURS = household.make()
SUITE = OfficialSuite()
LAMP = "look_at_obj_in_light-AlarmClock-None-DeskLamp-308/trial_T20190908_222917_366542"
TRAIN = OURS.tasks("train")[0]
PLAYED = (LAMP, TRAIN, OURS.tasks("valid_seen")[70], *OURS.draw(1, seed=3))


@pytest.fixture(autouse=True)
def _without_download(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)


def _store(folder: Path, game: PddlGame, **changes: object) -> None:
    folder.mkdir(parents=True)
    text = json.dumps(game.content() | changes)
    (folder / "game.tw-pddl").write_text(text, encoding="utf-8")


# What needs no engine


@pytest.mark.parametrize("split", OURS.splits)
def test_first_observations_are_read_off(split: str) -> None:
    """A game's goal and first text are known without loading the engine, a drawn one's too."""
    for task_id in OURS.tasks(split) + OURS.draw(100, seed=len(split)):
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
    _store(tmp_path / "train" / "heat-Egg" / "trial_2", game)
    _store(tmp_path / "train" / "heat-Egg" / "trial_1", game)
    _store(tmp_path / "train" / "heat-Egg" / "trial_3", game, solvable=False)
    _store(tmp_path / "train" / "pick_movable-Egg" / "trial_1", game)
    _store(tmp_path / "valid_seen" / "heat-Egg" / "trial_4", game)
    labelled = tmp_path / "train" / "heat-Egg" / "trial_2" / "traj_data.json"
    labelled.write_text('{"task_type": "a type"}')

    suite = FolderSuite(Folder(tmp_path))

    assert suite.splits == ("train", "valid_seen")
    assert suite.tasks("train") == ("heat-Egg/trial_1", "heat-Egg/trial_2")
    assert suite.task("heat-Egg/trial_1").label == "heat"
    assert suite.task("heat-Egg/trial_2").label == "a type"
    assert suite.task("heat-Egg/trial_4").observation == OURS.task(LAMP).observation
    assert suite.initial_state("heat-Egg/trial_1") == suite.initial_state("heat-Egg/trial_4")


def test_a_plain_folder_is_one_split(tmp_path: Path) -> None:
    """Games at any depth, without folders named like splits, are all in one split."""
    _store(tmp_path / "a", SUITE.game(LAMP))
    _store(tmp_path / "b" / "c" / "d", SUITE.game(TRAIN))

    suite = FolderSuite(Folder(tmp_path))

    assert suite.splits == ("games",)
    assert suite.tasks("games") == ("a", "b/c/d")


def test_a_download(tmp_path: Path) -> None:
    """The folder that ALFWorld downloads into can be named itself."""
    _store(tmp_path / "json_2.1.1" / "valid_unseen" / "heat-Egg" / "trial_1", SUITE.game(LAMP))

    assert FolderSuite(Folder(tmp_path)).tasks("valid_unseen") == ("heat-Egg/trial_1",)


@pytest.mark.parametrize("task_id", ["", "b", "../a", "/etc"])
def test_unknown_tasks_of_a_folder(tmp_path: Path, task_id: str) -> None:
    """An id that is no game's is refused by name, and none leads out of the folder."""
    _store(tmp_path / "a", SUITE.game(LAMP))
    (tmp_path / "inner").mkdir()

    with pytest.raises(UnknownTask, match=repr(task_id)):
        FolderSuite(Folder(tmp_path / "inner")).task(task_id)


def test_a_folder_that_is_no_use(tmp_path: Path) -> None:
    """No folder, no game, an unknown split, a broken file, an id twice: each is said."""
    with pytest.raises(InvalidOption, match="there is no folder"):
        Folder(tmp_path / "nowhere")
    with pytest.raises(InvalidOption, match="holds no solvable game"):
        Folder(tmp_path).ids("games")
    with pytest.raises(UnknownSplit, match=r"'test'.*games"):
        Folder(tmp_path).ids("test")

    for split in ("train", "valid_seen"):
        _store(tmp_path / split / "a", SUITE.game(LAMP))
    with pytest.raises(InvalidOption, match="two games have the id 'a'"):
        Folder(tmp_path).game("a")

    (tmp_path / "train" / "a" / "game.tw-pddl").write_text("{")
    with pytest.raises(InvalidOption, match=r"a/game.tw-pddl' can't be read"):
        Folder(tmp_path).ids("train")


def test_a_missing_engine_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lacks the engine is told both lines that install it."""
    monkeypatch.setattr("envs.alfworld.engine.find_spec", lambda _name: None)

    with pytest.raises(MissingExtra) as caught:
        alfworld.make()

    assert "pip install textworld==1.7.0 fast-downward-textworld==20.6.4\n" in str(caught.value)
    assert "pip install --no-deps alfworld==0.4.2\n" in str(caught.value)


def test_nothing_happens_on_import() -> None:
    """Importing the package imports no engine and reads no game."""
    program = (
        "import sys, envs.alfworld, envs.alfworld.games as games\n"
        "assert not {'textworld', 'alfworld', 'fast_downward'} & sys.modules.keys()\n"
        "assert not games._problems.cache_info().currsize"
    )

    subprocess.run([sys.executable, "-c", program], check=True)


# What needs it


def _official_stack(folder: Path, game: PddlGame) -> Any:
    """Make the environment as ALFWorld's own training does, straight from its packages."""
    require_engine()
    import textworld.gym
    from alfworld.agents.environment.alfred_tw_env import (
        AlfredDemangler,
        AlfredInfos,
    )

    _store(folder, game)
    infos = textworld.EnvInfos(won=True, admissible_commands=True, extras=["gamefile"])
    name = textworld.gym.register_games(
        [str(folder / "game.tw-pddl")],
        infos,
        batch_size=1,
        asynchronous=False,
        max_episode_steps=50,
        wrappers=[AlfredDemangler(), AlfredInfos],
    )
    return textworld.gym.make(name)


@needs_engine
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # it leaves the game's file open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("task_id", [LAMP, PLAYED[-1]])
def test_what_is_remembered_changes_nothing(tmp_path: Path, task_id: str) -> None:
    """Played through ALFWorld's own stack, untouched, a game is the same step by step."""
    original, adapted = _official_stack(tmp_path / "a", SUITE.game(task_id)), SUITE.open(task_id)
    random = Random(task_id)

    for plan in (SUITE.expert(task_id), None):
        (theirs,), their_info = original.reset()
        text, info = adapted.reset()
        for number in range(20):
            assert text == theirs
            assert info["admissible_commands"] == their_info["admissible_commands"][0]
            assert info["won"] == their_info["won"][0]
            if info["won"] or (plan and number >= len(plan)):
                break
            command = plan[number] if plan else random.choice(info["admissible_commands"])
            (theirs,), _, _, their_info = original.step([command])
            text, _, _, _, info = adapted.step(command)
        assert info["won"] or plan is None
    original.close()


@needs_engine
def test_suites_keep_the_protocols() -> None:
    """The harness can use the suite for all that its protocols promise."""
    suite: protocols.Suite = alfworld.make()
    environment: protocols.Environment = suite.open(LAMP)

    assert isinstance(suite, protocols.DrawingSuite)
    assert isinstance(suite, protocols.ExpertSuite)
    assert isinstance(suite, protocols.TransparentSuite)
    assert isinstance(environment, alfworld.AlfworldEnv)


@needs_engine
def test_an_episode() -> None:
    """The expert wins, the win is told in every way, and nothing can be done after it."""
    with closing(SUITE.open(LAMP)) as environment:
        assert environment.reset(seed=1)[0] == SUITE.task(LAMP).observation
        *_, last = [environment.step(command) for command in SUITE.expert(LAMP)]

        assert last[1:4] == (1.0, True, False)
        assert (last[4]["won"], last[4]["score"]) == (True, 1.0)
        assert last[4]["admissible_commands"] == sorted(last[4]["admissible_commands"])
        with pytest.raises(EpisodeOver, match="ended after"):
            environment.step("look")


@needs_engine
def test_the_limit_and_the_ends_of_a_game() -> None:
    """The last command truncates; before `reset` and after `close` there is no game."""
    environment = alfworld.make(max_steps=2).open(LAMP)
    with pytest.raises(EpisodeOver, match="reset"):
        environment.step("look")

    environment.reset()
    assert [environment.step("dance")[::3] for _ in range(2)] == [
        ("Nothing happens.", False),
        ("Nothing happens.", True),
    ]
    with pytest.raises(EpisodeOver, match="ended after 2 commands"):
        environment.step("look")

    environment.close()
    environment.close()
    with pytest.raises(EpisodeOver, match="reset"):
        environment.step("look")
    assert environment.reset()[0] == SUITE.task(LAMP).observation
    environment.close()


@needs_engine
def test_games_at_once_and_one_after_another() -> None:
    """Each open game is its own; an engine that has played another game plays the next."""
    one, other = SUITE.open(PLAYED[0]), SUITE.open(PLAYED[1])
    ours = [OURS.open(task_id) for task_id in PLAYED[:2]]
    for pair in zip((one, other), ours, strict=True):
        assert pair[0].reset()[0] == pair[1].reset()[0]
    for _ in range(2):
        for pair in zip((one, other), ours, strict=True):
            command = pair[1].step("look")[4]["admissible_commands"][0]
            assert pair[0].step("look")[4]["admissible_commands"][0] == command
            assert pair[0].step(command)[0] == pair[1].step(command)[0]
    one.close()

    third = SUITE.open(PLAYED[2])
    assert third.reset()[0] == SUITE.task(PLAYED[2]).observation
    assert other.reset()[0] == SUITE.task(PLAYED[1]).observation


@pytest.fixture
def empty_temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder into which everything temporary goes."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@needs_engine
def test_nothing_is_left_behind(
    empty_temporary: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is printed, no file stays, and the process is as it was."""
    monkeypatch.setattr(sys, "argv", ["a", "b"])
    environments = [SUITE.open(task_id) for task_id in PLAYED]
    for environment in environments:
        environment.reset()
    for environment in environments:
        environment.close()

    assert tuple(capfd.readouterr()) == ("", "")
    assert list(empty_temporary.iterdir()) == []
    assert sys.argv == ["a", "b"]
    assert DATA_VARIABLE not in os.environ


@needs_engine
def test_the_planner_stands_in_for_a_walkthrough(tmp_path: Path) -> None:
    """A game without a walkthrough is won by the planner's commands."""
    _store(tmp_path / "a", SUITE.game(TRAIN))
    suite = alfworld.make(data=str(tmp_path))

    plan = suite.expert("a")

    with closing(suite.open("a")) as environment:
        environment.reset()
        assert [environment.step(command)[2] for command in plan][-1]


@needs_engine
def test_strange_games(tmp_path: Path) -> None:
    """Other texts than the official ones are the engine's; what it can't read is refused."""
    game = SUITE.game(LAMP)
    odd = game.grammar.replace("Welcome to TextWorld, ALFRED!", "Hello!")
    _store(tmp_path / "odd", game, grammar=odd)
    _store(tmp_path / "broken", game, pddl_problem=game.problem.replace("(:goal", "(:gaol"))
    suite = alfworld.make(data=str(tmp_path))

    assert suite.task("odd").observation.startswith("-= Hello! =-\n")
    assert suite.task("odd").goal == SUITE.task(LAMP).goal
    with pytest.raises(InvalidOption, match="can't read the game 'broken'"):
        suite.open("broken").reset()
    assert suite.open("odd").reset()[0] == suite.task("odd").observation


@needs_engine
def test_the_download_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$ALFWORLD_DATA is used where it is set, and a wrong one is said."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    with pytest.raises(InvalidOption, match=r"holds no folder json_2\.1\.1"):
        alfworld.make()

    _store(tmp_path / "json_2.1.1" / "train" / "a" / "b", SUITE.game(TRAIN))
    assert alfworld.make().splits == ("train",)


def _start(task_id: str) -> str:
    return alfworld.make().open(task_id).reset()[0]


@needs_engine
def test_workers_play_too() -> None:
    """A process started afresh opens a game by its id alone."""
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(_start, (PLAYED[-1],)) == SUITE.task(PLAYED[-1]).observation


@needs_engine
def test_invalid_options() -> None:
    """A limit that makes no sense is refused."""
    with pytest.raises(InvalidOption, match="max_steps"):
        alfworld.make(max_steps=0)
