"""One game, played: Gymnasium's `reset` and `step` around the rules and the texts."""

from __future__ import annotations

from envs.household.commands import Command
from envs.household.room import Room, State
from envs.household.rules import admissible, apply, is_won
from envs.household.texts import NOTHING_HAPPENS, feedback, introduction
from skillmem.errors import EpisodeOver
from skillmem.protocols import Info


class HouseholdEnv:
    """A game of a household: reset it, then step with commands until it is won or cut off.

    The game itself has no chance in it. `max_steps` commands may be given, those that do
    nothing included. `info["score"]` is 1.0 once the game is won.
    """

    def __init__(self, room: Room, *, max_steps: int = 50) -> None:
        self._room = room
        self._max_steps = max_steps
        self._state: State | None = None
        self._steps = 0
        self._over = False
        self._commands: dict[str, Command] = {}
        self._listing: list[str] = []

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:  # noqa: ARG002 (Gymnasium's)
        """Begin the game anew: the room at a glance and the task. `seed` changes nothing."""
        self._state = self._room.start()
        self._steps = 0
        self._over = False
        self._find_commands(self._state)
        return introduction(self._room), self._info(won=False)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Do a command: observation, reward (1.0 once won), terminated, truncated, info.

        A command that isn't admissible, word for word (spaces around it apart), does
        nothing and counts.

        Raises:
            EpisodeOver: the game was won or cut off, or never reset, or closed.
        """
        state = self._playing()
        command = self._commands.get(action.strip())
        observation = NOTHING_HAPPENS if command is None else self._do(state, command)
        self._steps += 1
        won = is_won(self._room, state)
        truncated = not won and self._steps >= self._max_steps
        self._over = won or truncated
        return observation, float(won), won, truncated, self._info(won=won)

    def close(self) -> None:
        """End the game. `reset` begins another."""
        self._state = None

    def _playing(self) -> State:
        if self._state is None:
            raise EpisodeOver("no game has begun; call `reset()` before `step()`")
        if self._over:
            raise EpisodeOver(f"the game ended after {self._steps} commands; call `reset()` first")
        return self._state

    def _do(self, state: State, command: Command) -> str:
        apply(self._room, state, command)
        if command.verb not in IDLE:
            self._find_commands(state)
        return feedback(self._room, state, command)

    def _find_commands(self, state: State) -> None:
        self._commands = admissible(self._room, state)
        self._listing = sorted(self._commands)

    def _info(self, *, won: bool) -> Info:
        return {"admissible_commands": list(self._listing), "won": won, "score": float(won)}


IDLE = frozenset({"help", "inventory", "look", "examine receptacle", "examine object"})
"""Commands that only tell: what is admissible stays as it was."""
