"""ALFWorld's own engine. `remembering` apart, no other module touches its packages."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from envs.alfworld.games import PddlGame
from skillmem.errors import InvalidOption, MissingExtra
from skillmem.extras import missing_extra

LAST = "pip install --no-deps alfworld==0.4.2"
"""Comes after the extra. Its own dependencies pull torch, which text games don't need."""
PACKAGES = ("textworld", "fast_downward", "alfworld")
MODULES = ("fast_downward", "textworld.envs.pddl", "alfworld.agents.environment.alfred_tw_env")
DISTRIBUTIONS = ("alfworld", "textworld", "fast-downward-textworld")
DATA_VARIABLE = "ALFWORLD_DATA"


class View(NamedTuple):
    """What the engine shows: its text, the admissible commands in order, whether it is won."""

    text: str
    commands: tuple[str, ...]
    won: bool


class Engine:
    """One game, loaded, until it is closed or forgotten.

    Raises:
        MissingExtra: the engine is not installed.
        InvalidOption: the engine can't read the game.
    """

    def __init__(self, game: PddlGame, *, planning: bool = False) -> None:
        require_engine()
        from alfworld.agents.environment.alfred_tw_env import AlfredDemangler
        from textworld import EnvInfos

        self._planning = planning
        backend = _take_backend()
        self._finalizer = weakref.finalize(self, _IDLE.append, backend)
        backend.request_infos = EnvInfos(
            admissible_commands=True, won=True, policy_commands=planning
        )
        self._env = AlfredDemangler(backend)
        try:
            with self._remembered():
                self._env.load(game.content())
        except (Exception, SystemExit) as error:  # the translator raises whatever it likes
            self.close()
            raise InvalidOption(
                f"ALFWorld's engine can't read the game {game.id!r}: "
                f"{type(error).__name__}: {error}; mend its file or take it away"
            ) from error

    def start(self) -> View:
        """Begin the game, or begin it again."""
        with self._remembered():
            return _view(self._env.reset())

    def do(self, command: str) -> View:
        """Give a command; the game must have begun."""
        with self._remembered():
            state, _, _ = self._env.step(command)
            return _view(state)

    def plan(self) -> tuple[str, ...]:
        """Give the planner's commands from the beginning; none if it finds no plan."""
        with self._remembered():
            return tuple(self._env.reset()["policy_commands"])

    def close(self) -> None:
        """Let another game be loaded in this one's place. Nothing can be done after that."""
        self._env = None
        self._finalizer()

    def _remembered(self) -> AbstractContextManager[None]:
        from envs.alfworld.remembering import remembered

        return remembered(planning=self._planning)


_IDLE: list[Any] = []
"""Backends without a game, to be used again. Each holds a copy of a library that can't be
unloaded: the process crashes when the next copy is loaded."""


def _take_backend() -> Any:
    from textworld.envs.pddl import PddlEnv

    try:
        return _IDLE.pop()
    except IndexError:
        return PddlEnv()


def require_installed() -> None:
    """Refuse to go on where a package of the engine is missing, without importing any.

    Raises:
        MissingExtra: one is; the message says what to install.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise _not_installed(f"missing: {', '.join(missing)}")


@cache
def require_engine() -> None:
    """Import the engine.

    Raises:
        MissingExtra: it can't be imported; the message says what to install.
    """
    try:
        with _environment_kept():
            for module in MODULES:
                import_module(module)
    except ImportError as error:
        raise _not_installed(str(error)) from error


def _not_installed(reason: str) -> MissingExtra:
    return missing_extra(
        f"ALFWorld's own engine is not installed ({reason}; envs.household:make plays the same "
        "games without it)",
        "alfworld",
        further=LAST,
    )


def _view(state: Any) -> View:
    return View(state.feedback, tuple(state["admissible_commands"]), bool(state["won"]))


@contextmanager
def _environment_kept() -> Iterator[None]:
    """Keep `$ALFWORLD_DATA` as it is: importing alfworld sets it."""
    before = os.environ.get(DATA_VARIABLE)
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(DATA_VARIABLE, None)
