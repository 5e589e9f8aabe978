"""The suites: the official games that come with the repository, and those of a folder."""

from __future__ import annotations

from contextlib import closing

from envs import household
from envs.alfworld.engine import DISTRIBUTIONS, Engine
from envs.alfworld.environment import AlfworldEnv
from envs.alfworld.folder import Folder, StoredGame
from envs.alfworld.games import PddlGame, official_problem, with_our_rules
from envs.alfworld.reading import first_observation, goal_sentence, readable, signature
from envs.household.library import SPLITS
from envs.household.pddl import problem as written
from envs.installed import releases
from skillmem.types import Task


class OfficialSuite:
    """ALFWorld's official games by split, played by its own engine.

    What is known of a game without playing it is taken from `envs.household`, which has the
    same games and texts under the same ids.
    """

    splits: tuple[str, ...] = SPLITS

    def __init__(self, *, max_steps: int = 50) -> None:
        self._max_steps = max_steps
        self._household = household.make(max_steps=max_steps)

    def tasks(self, split: str) -> tuple[str, ...]:
        """Give the ids of a split's games.

        Raises:
            UnknownSplit: there is no such split.
        """
        return self._household.tasks(split)

    def draw(self, count: int, seed: int) -> tuple[str, ...]:
        """Give the ids of `count` training games drawn anew, the same ones for the same seed."""
        return self._household.draw(count, seed)

    def task(self, task_id: str) -> Task:
        """Describe a game: its goal, its first observation; its type as the label.

        Raises:
            UnknownTask: no game has that id.
        """
        return self._household.task(task_id)

    def open(self, task_id: str) -> AlfworldEnv:
        """Give an environment that plays a game.

        Raises:
            UnknownTask: no game has that id.
        """
        return AlfworldEnv(self.game(task_id), max_steps=self._max_steps)

    def game(self, task_id: str) -> PddlGame:
        """Give a game as the engine reads it.

        Raises:
            UnknownTask: no game has that id.
        """
        game = self._household.game(task_id)
        problem = official_problem(task_id) or written(game)
        return with_our_rules(task_id, goal=game.goal, problem=problem)

    def expert(self, task_id: str) -> tuple[str, ...]:
        """Give commands that win a game: the official walkthrough, or a plan where none is.

        Raises:
            UnknownTask: no game has that id.
        """
        return self._household.walkthrough(task_id) or self._household.expert(task_id)

    def fingerprint(self) -> str:
        """Identify the engine."""
        return releases(*DISTRIBUTIONS)

    def initial_state(self, task_id: str) -> str:
        """Identify a game's goal and initial state: what lies where, unseen things included.

        Raises:
            UnknownTask: no game has that id.
        """
        return self._household.initial_state(task_id)


class FolderSuite:
    """The games of a folder, such as ALFWorld's own download, played by its own engine.

    Where the first observation can be read off a game's files, the engine isn't loaded to
    describe it.
    """

    def __init__(self, folder: Folder, *, max_steps: int = 50) -> None:
        self._folder = folder
        self._max_steps = max_steps
        self._tasks: dict[str, Task] = {}
        self.splits = folder.splits

    def tasks(self, split: str) -> tuple[str, ...]:
        """Give the ids of a split's games: the folders they are in, sorted.

        Raises:
            UnknownSplit: there is no such split.
            InvalidOption: it holds no solvable game.
        """
        return self._folder.ids(split)

    def task(self, task_id: str) -> Task:
        """Describe a game: its goal, its first observation; its type as the label.

        Raises:
            UnknownTask: no game has that id.
        """
        if task_id not in self._tasks:
            self._tasks[task_id] = _described(self._folder.game(task_id))
        return self._tasks[task_id]

    def open(self, task_id: str) -> AlfworldEnv:
        """Give an environment that plays a game.

        Raises:
            UnknownTask: no game has that id.
        """
        return AlfworldEnv(self._folder.game(task_id).game, max_steps=self._max_steps)

    def expert(self, task_id: str) -> tuple[str, ...]:
        """Give commands that win a game: its walkthrough, or the planner's where it has none.

        Raises:
            UnknownTask: no game has that id.
            ValueError: the planner finds no plan.
        """
        stored = self._folder.game(task_id)
        return readable(stored.walkthrough, stored.game) or _planned(stored.game)

    def fingerprint(self) -> str:
        """Identify the engine and all games of the folder."""
        return f"{releases(*DISTRIBUTIONS)}, {self._folder.fingerprint()}"

    def initial_state(self, task_id: str) -> str:
        """Identify a game's goal and initial state: what lies where, unseen things included.

        Raises:
            UnknownTask: no game has that id.
        """
        return signature(self._folder.game(task_id).game)


def _described(stored: StoredGame) -> Task:
    observation = first_observation(stored.game) or _played_start(stored.game)
    goal = goal_sentence(stored.game) or observation
    return Task(goal=goal, observation=observation, label=stored.label)


def _played_start(game: PddlGame) -> str:
    with closing(Engine(game)) as engine:
        return engine.start().text


def _planned(game: PddlGame) -> tuple[str, ...]:
    with closing(Engine(game, planning=True)) as engine:
        plan = engine.plan()
    if not plan:
        raise ValueError(f"game {game.id} can't be won: the planner finds no plan")
    return plan
