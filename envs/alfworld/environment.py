"""One game, played in ALFWorld's engine: Gymnasium's `reset` and `step`."""

from __future__ import annotations

from envs.alfworld.engine import Engine, View
from envs.alfworld.games import PddlGame
from skillmem.errors import EpisodeOver
from skillmem.protocols import Info


class AlfworldEnv:
    """A game of the real engine: reset it, then step until it is won or cut off.

    The engine is loaded by the first `reset`, and let go by `close` or when the environment
    is forgotten. The game has no chance in it. `max_steps` commands may be given, those that
    do nothing included. `info["score"]` is 1.0 once the game is won.
    """

    def __init__(self, game: PddlGame, *, max_steps: int = 50) -> None:
        self._game = game
        self._max_steps = max_steps
        self._engine: Engine | None = None
        self._steps = 0
        self._over = False

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:  # noqa: ARG002 (Gymnasium's)
        """Begin the game anew: the room at a glance and the task. `seed` changes nothing.

        Raises:
            MissingExtra: the engine is not installed.
        """
        if self._engine is None:
            self._engine = Engine(self._game)
        view = self._engine.start()
        self._steps = 0
        self._over = False
        return view.text, _info(view)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Do a command: observation, reward (1.0 once won), terminated, truncated, info.

        Raises:
            EpisodeOver: the game was won or cut off, or never reset, or closed.
        """
        view = self._playing().do(action)
        self._steps += 1
        truncated = not view.won and self._steps >= self._max_steps
        self._over = view.won or truncated
        return view.text, float(view.won), view.won, truncated, _info(view)

    def close(self) -> None:
        """End the game and let the engine go. `reset` begins another."""
        if self._engine is not None:
            self._engine.close()
        self._engine = None

    def _playing(self) -> Engine:
        if self._engine is None:
            raise EpisodeOver("no game has begun; call `reset()` before `step()`")
        if self._over:
            raise EpisodeOver(f"the game ended after {self._steps} commands; call `reset()` first")
        return self._engine


def _info(view: View) -> Info:
    return {
        "admissible_commands": list(view.commands),
        "won": view.won,
        "score": float(view.won),
    }
