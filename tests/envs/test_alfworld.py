"""ALFWorld's own engine behind our protocols."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import pytest

from envs import alfworld
from envs.alfworld.engine import DATA_VARIABLE, require_engine
from envs.alfworld.games import PddlGame
from skillmem import protocols
from skillmem.errors import EpisodeOver, InvalidOption
from tests.envs.alfworld_games import (
    DRAWN,
    INSTALLED,
    LAMP,
    NOT_INSTALLED,
    OURS,
    PLAYED,
    SUITE,
    TRAIN,
    store,
)

if not INSTALLED:
    pytest.skip(NOT_INSTALLED, allow_module_level=True)


@pytest.fixture(autouse=True)
def _without_download(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_VARIABLE, raising=False)


def _official_stack(folder: Path, game: PddlGame) -> Any:
    """Make the environment as ALFWorld's own training does, straight from its packages."""
    require_engine()
    import textworld.gym
    from alfworld.agents.environment.alfred_tw_env import (
        AlfredDemangler,
        AlfredInfos,
    )

    store(folder, game)
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


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # it leaves the game's file open
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("task_id", [LAMP, DRAWN])
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


def test_suites_keep_the_protocols() -> None:
    """The harness can use the suite for all that its protocols promise."""
    suite: protocols.Suite = alfworld.make()
    environment: protocols.Environment = suite.open(LAMP)

    assert isinstance(suite, protocols.DrawingSuite)
    assert isinstance(suite, protocols.ExpertSuite)
    assert isinstance(suite, protocols.TransparentSuite)
    assert isinstance(environment, alfworld.AlfworldEnv)


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


def test_the_planner_stands_in_for_a_walkthrough(tmp_path: Path) -> None:
    """A game without a walkthrough is won by the planner's commands."""
    store(tmp_path / "a", SUITE.game(TRAIN))
    suite = alfworld.make(data=str(tmp_path))

    plan = suite.expert("a")

    with closing(suite.open("a")) as environment:
        environment.reset()
        assert [environment.step(command)[2] for command in plan][-1]


def test_strange_games(tmp_path: Path) -> None:
    """Other texts than the official ones are the engine's; what it can't read is refused."""
    game = SUITE.game(LAMP)
    odd = game.grammar.replace("Welcome to TextWorld, ALFRED!", "Hello!")
    store(tmp_path / "odd", game, grammar=odd)
    store(tmp_path / "broken", game, pddl_problem=game.problem.replace("(:goal", "(:gaol"))
    suite = alfworld.make(data=str(tmp_path))

    assert suite.task("odd").observation.startswith("-= Hello! =-\n")
    assert suite.task("odd").goal == SUITE.task(LAMP).goal
    with pytest.raises(InvalidOption, match="can't read the game 'broken'"):
        suite.open("broken").reset()
    assert suite.open("odd").reset()[0] == suite.task("odd").observation


def test_the_download_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """$ALFWORLD_DATA is used where it is set, and a wrong one is said."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    with pytest.raises(InvalidOption, match=r"holds no folder json_2\.1\.1"):
        alfworld.make()

    store(tmp_path / "json_2.1.1" / "train" / "a" / "b", SUITE.game(TRAIN))
    assert alfworld.make().splits == ("train",)


def _start(task_id: str) -> str:
    return alfworld.make().open(task_id).reset()[0]


def test_workers_play_too() -> None:
    """A process started afresh opens a game by its id alone."""
    with get_context("spawn").Pool(1) as pool:
        assert pool.apply(_start, (PLAYED[-1],)) == SUITE.task(PLAYED[-1]).observation


def test_invalid_options() -> None:
    """A limit that makes no sense is refused."""
    with pytest.raises(InvalidOption, match="max_steps"):
        alfworld.make(max_steps=0)
