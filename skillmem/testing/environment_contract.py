"""What an environment module promises: a suite of tasks, and environments that play them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from math import isfinite
from typing import Any

import pytest

from skillmem.errors import EpisodeOver, UnknownSplit, UnknownTask
from skillmem.protocols import (
    DrawingSuite,
    Environment,
    ExpertSuite,
    Info,
    Suite,
    TransparentSuite,
)
from skillmem.testing.suites import keyed
from skillmem.types import Task

NONSENSE = "qwertzuiop the asdfghjkl"
STEPS = 15
MOST_STEPS = 2000
"""No episode lasts as long as that."""

Result = tuple[str, float, bool, bool, Info]


class EnvironmentContract:
    """What any suite and its environments promise. Subclass it, and override `suite`.

        class TestMyGames(EnvironmentContract):
            @pytest.fixture
            def suite(self) -> Suite:
                return my_games.make()

    One task of each split is played; override `played` for others.
    """

    @pytest.fixture
    def suite(self) -> Suite:
        """Give the suite under test."""
        raise NotImplementedError

    @pytest.fixture
    def played(self, suite: Suite) -> tuple[str, ...]:
        """Name the tasks that are played."""
        return tuple(suite.tasks(split)[0] for split in suite.splits)

    def test_splits_are_fixed(self, suite: Suite) -> None:
        """There is a split to train on; each has tasks, the same whenever they are asked for."""
        assert "train" in suite.splits, f"name a split 'train' too; there are: {suite.splits}"
        assert suite.splits == suite.splits, "name the same splits each time"
        for split in suite.splits:
            assert suite.tasks(split), f"give the split {split!r} a task, or leave it out"
            assert suite.tasks(split) == suite.tasks(split), (
                f"give the tasks of {split!r} in the same order each time, as a tuple"
            )

    def test_a_task_is_in_one_split(self, suite: Suite) -> None:
        """No id comes twice."""
        ids = [task_id for split in suite.splits for task_id in suite.tasks(split)]
        twice = sorted({task_id for task_id in ids if ids.count(task_id) > 1})
        assert not twice, f"give each task an id of its own, in one split only; twice: {twice}"

    def test_unknown_names_are_refused(self, suite: Suite) -> None:
        """A split or a task that there is not is refused by name."""
        with pytest.raises(UnknownSplit, match="no such thing"):
            suite.tasks("no such thing")
        with pytest.raises(UnknownTask, match="no such thing"):
            suite.task("no such thing")
        with pytest.raises(UnknownTask, match="no such thing"):
            suite.open("no such thing")

    def test_a_task_is_what_is_first_seen(self, suite: Suite, played: Sequence[str]) -> None:
        """A task's observation is the first of its environment, and holds the goal word by word."""
        for task_id in played:
            task = suite.task(task_id)
            observation, _ = suite.open(task_id).reset()

            assert isinstance(task, Task), f"`task` gives a skillmem.Task, not {type(task)}"
            assert suite.task(task_id) == task, f"describe {task_id!r} alike each time"
            assert task.observation == observation, (
                f"give the task {task_id!r} what `reset` shows first as its observation; the one "
                f"is {task.observation!r}, the other {observation!r}"
            )
            assert task.goal in observation, (
                f"let the first observation of {task_id!r} hold the task's goal word by word: an "
                f"agent reads it there. The goal is {task.goal!r}, the observation {observation!r}"
            )

    def test_answers_have_their_types(self, suite: Suite, played: Sequence[str]) -> None:
        """`reset` and `step` answer as Gymnasium has it, and `info` holds what it should."""
        for task_id in played:
            env = suite.open(task_id)
            observation, info = env.reset(seed=7)
            assert isinstance(observation, str), f"`reset` gives a text first, not {observation!r}"
            assert_info(info)
            for result in _answers(env, info, STEPS, key=task_id):
                assert_result(result)

    def test_reset_begins_anew(self, suite: Suite, played: Sequence[str]) -> None:
        """After some steps, `reset` gives the beginning again, and the same steps their answers."""
        for task_id in played:
            env = suite.open(task_id)
            first = env.reset()
            played_once = list(_answers(env, first[1], STEPS, key=task_id))

            again = env.reset()

            assert again == first, f"let `reset` of {task_id!r} undo every step, commands included"
            assert list(_answers(env, again[1], STEPS, key=task_id)) == played_once, (
                f"after `reset`, answer the same steps of {task_id!r} in the same way; take chance "
                "from the seed alone"
            )

    def test_copies_know_nothing_of_each_other(self, suite: Suite, played: Sequence[str]) -> None:
        """Two copies answer alike, step by step, while a third is played in another way."""
        for task_id in played:
            one, two, other = (suite.open(task_id) for _ in range(3))
            games = [
                _answers(env, env.reset()[1], STEPS, key=key)
                for env, key in ((one, "alike"), (two, "alike"), (other, "other"))
            ]
            answers = [tuple(next(game, None) for game in games) for _ in range(STEPS)]

            assert [answer[0] for answer in answers] == [answer[1] for answer in answers], (
                f"let two copies of {task_id!r} answer alike while a third is played: share no "
                "state between them, and no chance"
            )

    def test_an_episode_ends(self, suite: Suite, played: Sequence[str]) -> None:
        """What isn't admissible is answered, and wins nothing; in the end the game is cut off."""
        env = suite.open(played[0])
        env.reset()

        results = list(islice(_repeat(env, NONSENSE), MOST_STEPS))

        for result in results:
            assert_result(result)
            assert result[4]["won"] is False, f"let {NONSENSE!r}, which is no command, win nothing"
        assert results[-1][2] or results[-1][3], (
            f"cut an episode off (`truncated`) in fewer than {MOST_STEPS} steps"
        )

    def test_nothing_comes_after_the_end(self, suite: Suite, played: Sequence[str]) -> None:
        """A step after the end is refused, until `reset` begins another episode."""
        env = suite.open(played[0])
        first = env.reset()
        for _ in islice(_repeat(env, NONSENSE), MOST_STEPS):
            pass

        with pytest.raises(EpisodeOver):
            env.step(first[1]["admissible_commands"][0])

        assert env.reset() == first, "let `reset` begin another episode after the end"

    def test_the_expert_wins(self, suite: Suite, played: Sequence[str]) -> None:
        """Where a suite has an expert, its plan wins with its last action, and not before."""
        if not isinstance(suite, ExpertSuite):
            pytest.skip("the suite has no expert")
        for task_id in played:
            env = suite.open(task_id)
            env.reset()
            *before, last = [env.step(action) for action in suite.expert(task_id)]

            assert not any(result[2] or result[3] or result[4]["won"] for result in before), (
                f"end the expert's plan of {task_id!r} with the action that wins"
            )
            assert last[2], f"say `terminated` when the expert's last action wins {task_id!r}"
            assert last[4]["won"], f"let the expert's plan win {task_id!r}, and `info` say `won`"

    def test_draws_are_reproducible(self, suite: Suite) -> None:
        """Where a suite draws tasks, the same seed draws the same, and each can be opened."""
        if not isinstance(suite, DrawingSuite):
            pytest.skip("the suite draws no tasks")
        drawn = suite.draw(3, 5)

        assert suite.draw(3, 5) == drawn, "draw the same tasks for the same count and seed"
        assert len(set(drawn)) == 3, (  # noqa: PLR2004 - as many as were asked for
            f"draw as many different tasks as are asked for; of 3 there are {drawn}"
        )
        for task_id in drawn:
            assert suite.open(task_id).reset()[0] == suite.task(task_id).observation, (
                f"describe and open the drawn task {task_id!r} like any other"
            )

    def test_initial_states_are_reproducible(self, suite: Suite, played: Sequence[str]) -> None:
        """Where a suite identifies initial states, it does so twice in the same way."""
        if not isinstance(suite, TransparentSuite):
            pytest.skip("the suite does not tell initial states")
        for task_id in played:
            state = suite.initial_state(task_id)
            env = suite.open(task_id)
            list(_answers(env, env.reset()[1], STEPS, key=task_id))

            assert state, f"identify the initial state of {task_id!r} by a text"
            assert suite.initial_state(task_id) == state, (
                f"identify the initial state of {task_id!r} alike before and after it is played"
            )


def assert_result(result: Any) -> None:
    """Hold an answer of `step` to its form: five values, each of its type."""
    observation, reward, terminated, truncated, info = result
    assert isinstance(observation, str), f"`step` gives a text first, not {observation!r}"
    assert isinstance(reward, float), f"`step` gives the reward as a float, not {reward!r}"
    assert isfinite(reward), f"give a reward that is finite, not {reward}"
    assert isinstance(terminated, bool), f"`terminated` is a bool, not {terminated!r}"
    assert isinstance(truncated, bool), f"`truncated` is a bool, not {truncated!r}"
    assert_info(info)


def assert_info(info: Any) -> None:
    """Hold an info to its form: the commands, each once; whether it is won; perhaps a score."""
    assert {"admissible_commands", "won"} <= set(info), (
        f"put 'admissible_commands' and 'won' into `info`; there are: {sorted(info)}"
    )
    commands, won = info["admissible_commands"], info["won"]
    assert isinstance(commands, list), f"give the commands as a list, not {type(commands)}"
    assert all(isinstance(command, str) for command in commands), "give each command as a text"
    assert len(set(commands)) == len(commands), f"name each command once: {commands}"
    assert isinstance(won, bool), f"`won` is a bool, not {won!r}"
    if "score" in info:
        assert_score(info["score"])


def assert_score(score: Any) -> None:
    """Hold a score to its form: the episode's so far, 1.0 at most."""
    assert isinstance(score, float), f"give the score as a float, not {score!r}"
    assert isfinite(score), f"give a score that is finite, not {score}"
    assert score <= 1.0, f"scale the score so that 1.0 is the most, not {score}"


def _answers(env: Environment, info: Info, steps: int, *, key: str) -> Iterator[Result]:
    """Play at most `steps` admissible commands, chosen by the key alone."""
    for number in range(steps):
        commands = info["admissible_commands"]
        assert commands, "name at least one command as long as the episode lasts"
        result = env.step(min(commands, key=lambda command: keyed(key, number, command)))
        yield result
        _, _, terminated, truncated, info = result
        if terminated or truncated:
            return


def _repeat(env: Environment, action: str) -> Iterator[Result]:
    """Do the same until the end."""
    ended = False
    while not ended:
        result = env.step(action)
        yield result
        ended = result[2] or result[3]
