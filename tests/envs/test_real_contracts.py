"""Environments with engines of their own keep the contract, where the engines are installed."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from importlib import import_module
from multiprocessing import get_context
from typing import Any

import pytest

from skillmem.errors import EpisodeOver, InvalidOption, MissingDependency, UnknownTask
from skillmem.protocols import Suite
from skillmem.testing.environment_contract import EnvironmentContract

BEHIND_JAVA = {"scienceworld": "scienceworld", "textworld_express": "textworld_express"}
"""Environment modules, and the packages that they need."""
REPEATED = {
    "scienceworld": ("find-plant/test/225", {"task": "find-plant", "per_task": 1}),
    "textworld_express": ("twc/train/0", {"game": "twc", "per_split": 1}),
}


@cache
def made(module: str, **options: Any) -> Suite:
    """Make a suite once, or skip the test where something isn't installed."""
    try:
        suite: Suite = import_module(f"envs.{module}").make(**options)
        suite.open(suite.tasks("train")[0]).reset()
    except MissingDependency as missing:
        pytest.skip(str(missing).partition("\n")[0])
    return suite


class TestScienceWorld(EnvironmentContract):
    """Two tasks, of which one asks for what is never in sight."""

    @pytest.fixture
    def suite(self) -> Suite:
        """Make the suite."""
        return made("scienceworld", task="find-non-living-thing,lifespan-longest-lived", per_task=2)

    @pytest.fixture
    def played(self, suite: Suite) -> tuple[str, ...]:
        """Name a task of each kind."""
        return suite.tasks("train")[0], suite.tasks("test")[-1]


class TestTextWorldExpress(EnvironmentContract):
    """A game that is walked."""

    @pytest.fixture
    def suite(self) -> Suite:
        """Make the suite."""
        return made("textworld_express", game="mapreader", per_split=2)


class TestAlfworld(EnvironmentContract):
    """The official games in their own engine."""

    @pytest.fixture
    def suite(self) -> Suite:
        """Make the suite."""
        return made("alfworld")

    @pytest.fixture
    def played(self, suite: Suite) -> tuple[str, ...]:
        """Name a game to train on and an unseen one."""
        return suite.tasks("train")[0], suite.tasks("valid_unseen")[0]


def test_scienceworld_lists_what_matters() -> None:
    """A filtered list is a part of the whole one; what is not listed is done all the same."""
    some, every = (
        made("scienceworld", task="find-plant", per_task=1, every_command=every)
        for every in (False, True)
    )
    task_id = "find-plant/test/225"
    kitchens = [suite.open(task_id) for suite in (some, every)]
    for kitchen in kitchens:
        kitchen.reset()

    few, all_of_them = (
        env.step("teleport to kitchen")[4]["admissible_commands"] for env in kitchens
    )

    assert set(few) < set(all_of_them)
    assert len(few) < len(all_of_them) / 2
    assert "focus on table" in few
    assert "look at table" not in few
    assert "table" in kitchens[0].step("look at table")[0]


def test_scienceworld_ends_with_the_wrong_thing() -> None:
    """Focusing on the wrong thing ends the task below zero."""
    env = made("scienceworld", task="lifespan-longest-lived").open("lifespan-longest-lived/test/93")
    _, begun = env.reset()

    _, reward, terminated, truncated, info = env.step("focus on agent")

    assert (terminated, truncated, info["won"], info["score"]) == (True, False, False, -1.0)
    assert reward == -1.0 - begun["score"]
    with pytest.raises(EpisodeOver):
        env.step("look around")


def test_scienceworld_refuses_by_name() -> None:
    """Tasks, variations, simplifications and numbers that there are not are refused."""
    suite = made("scienceworld", task="find-plant", per_task=1)

    for task_id in ("find-plant/test/0", "find-plant/train/x", "boil/test/21"):
        with pytest.raises(UnknownTask, match=task_id):
            suite.task(task_id)
    for options in ({"task": "nap"}, {"task": ","}, {"simplification": "lazy"}, {"per_task": 0}):
        with pytest.raises(InvalidOption):
            made("scienceworld", **options)


def test_scienceworld_tells_variations_apart() -> None:
    """Variations that look alike at first begin in other worlds."""
    suite = made("scienceworld", task="find-plant", per_task=4)

    worlds = {suite.initial_state(task_id) for task_id in suite.tasks("train")}  # type: ignore[attr-defined]

    assert len(worlds) == 4


@pytest.mark.parametrize("module", sorted(BEHIND_JAVA))
def test_without_java(module: str) -> None:
    """Where Java is missing it is named."""
    pytest.importorskip(BEHIND_JAVA[module])

    told = _refusal(f"import envs.{module} as env\nenv.make()", path="/nowhere")

    assert told.startswith("MissingProgram")
    assert "Java" in told


@pytest.mark.parametrize("module", sorted(BEHIND_JAVA))
def test_without_the_package(module: str) -> None:
    """Where the package is missing, what to install is named."""
    package = BEHIND_JAVA[module]
    hidden = f"import sys\nsys.modules[{package!r}] = None\n"

    told = _refusal(f"{hidden}import envs.{module} as env\nenv.make()")

    assert told.startswith("MissingExtra")
    assert f"[{package.replace('_', '-')}]'" in told


@pytest.mark.parametrize("module", REPEATED)
def test_an_engine_that_died_is_not_used_again(module: str) -> None:
    """Whoever played in it sees an error; the next one gets a living engine."""
    task_id, options = REPEATED[module]
    code = f"""
from envs.{module} import make
suite = make(**{options!r})
env = suite.open({task_id!r})
env.reset()
engine = getattr(env._loan.engine, "env", env._loan.engine)
engine._gateway.java_process.kill()
engine._gateway.java_process.wait()
try:
    env.step("look around")
except Exception as error:
    print(type(error).__name__)
env.close()
print(len(suite.open({task_id!r}).reset()[1]["admissible_commands"]) > 0)
"""
    made(module, **options)

    done = _run(code)

    told = done.stdout.split()
    assert told[0].startswith("Py4J")
    assert told[1:] == ["True"]
    assert done.returncode == 0


def test_engines_end_quietly_in_a_spawned_process(capfd: pytest.CaptureFixture[str]) -> None:
    """A spawned worker plays, and says nothing that it wasn't asked for."""
    made("scienceworld", task="find-plant", per_task=1)

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as workers:
        seen = workers.submit(_look_around, "find-plant/test/225").result(timeout=60)

    assert seen.startswith("This room is called the art studio.")
    assert capfd.readouterr() == ("", "")


def _look_around(task_id: str) -> str:
    env = made("scienceworld", task="find-plant", per_task=1).open(task_id)
    env.reset()
    return env.step("look around")[0]


def _refusal(code: str, *, path: str | None = None) -> str:
    indented = code.replace("\n", "\n    ")
    caught = (
        f"try:\n    {indented}\nexcept Exception as error:\n    print(type(error).__name__, error)"
    )
    return _run(caught, path=path).stdout


def _run(code: str, *, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({"PATH": path} if path else {})
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("module", REPEATED)
def test_another_process_sees_the_same(module: str) -> None:
    """A task begins, and its expert goes, in the same way in every process."""
    task_id, options = REPEATED[module]
    made(module, **options)
    code = (
        f"from envs.{module} import make; suite = make(**{options!r}); "
        f"env = suite.open({task_id!r}); "
        f"print(suite.task({task_id!r}), suite.expert({task_id!r}), env.reset())"
    )

    one, other = (_run(code) for _ in range(2))

    assert one.returncode == 0, one.stderr
    assert one.stdout == other.stdout
