"""The suite: which games there are, and each of them as a task, an environment, a plan."""

from __future__ import annotations

from functools import lru_cache

from envs.checks import find_split, require_at_least
from envs.household import drawing
from envs.household.environment import HouseholdEnv
from envs.household.expert import winning_plan
from envs.household.games import Game, signature
from envs.household.library import SPLITS, official_game, official_ids
from envs.household.room import Room
from envs.household.texts import introduction
from skillmem.types import Task


class Suite:
    """ALFWorld's official games by split, and training games drawn anew.

    A task's id is all that is needed to open it, in any process.
    """

    splits: tuple[str, ...] = SPLITS

    def __init__(self, *, max_steps: int = 50, drawn: int = 0, seed: int = 0) -> None:
        require_at_least(1, max_steps=max_steps)
        require_at_least(0, drawn=drawn)
        self._max_steps = max_steps
        self._drawn = drawing.drawn_ids(drawn, seed)

    def tasks(self, split: str) -> tuple[str, ...]:
        """Give the ids of a split's games: the official ones, then (in train) drawn ones.

        Raises:
            UnknownSplit: there is no such split.
        """
        return official_ids(find_split(split, SPLITS)) + (self._drawn if split == "train" else ())

    def draw(self, count: int, seed: int) -> tuple[str, ...]:
        """Give the ids of `count` training games drawn anew, the same ones for the same seed.

        The first ids do not depend on `count`. None of these games is an evaluation game.
        """
        require_at_least(0, count=count)
        return drawing.drawn_ids(count, seed)

    def task(self, task_id: str) -> Task:
        """Describe a game: its goal, its first observation; its type as the label.

        Raises:
            UnknownTask: no game has that id.
        """
        room = _room(task_id)
        game = room.game
        return Task(goal=game.goal, observation=introduction(room), label=game.task_type)

    def open(self, task_id: str) -> HouseholdEnv:
        """Give an environment that plays a game.

        Raises:
            UnknownTask: no game has that id.
        """
        return HouseholdEnv(_room(task_id), max_steps=self._max_steps)

    def expert(self, task_id: str) -> tuple[str, ...]:
        """Give commands that win a game, found with full knowledge of it.

        Raises:
            UnknownTask: no game has that id.
        """
        return winning_plan(_room(task_id))

    def initial_state(self, task_id: str) -> str:
        """Identify a game's goal and initial state: what lies where, unseen things included.

        Raises:
            UnknownTask: no game has that id.
        """
        return signature(_game(task_id))

    def game(self, task_id: str) -> Game:
        """Give the facts of a game.

        Raises:
            UnknownTask: no game has that id.
        """
        return _game(task_id)

    def walkthrough(self, task_id: str) -> tuple[str, ...]:
        """Give the official walkthrough; empty for training games, which have none."""
        return _game(task_id).walkthrough

    def human_goals(self, task_id: str) -> tuple[str, ...]:
        """Give the task as people worded it; empty for unseen and for drawn games."""
        return _game(task_id).human_goals


def make(*, max_steps: int = 50, drawn: int = 0, seed: int = 0) -> Suite:
    """Make the suite: `max_steps` commands a game, `drawn` more training games from `seed`.

    Raises:
        InvalidOption: a number is too small.
    """
    return Suite(max_steps=max_steps, drawn=drawn, seed=seed)


def _game(task_id: str) -> Game:
    if drawing.is_drawn(task_id):
        return drawing.drawn_game(task_id)
    return official_game(task_id)


@lru_cache(maxsize=1024)
def _room(task_id: str) -> Room:
    return Room(_game(task_id))
