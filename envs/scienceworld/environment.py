"""One task, played: Gymnasium's `reset` and `step` around an engine."""

from __future__ import annotations

from envs.engines import Loan
from envs.scienceworld.commands import listed
from envs.scienceworld.engine import Moment, Program, Variation, act, begin, engines
from skillmem.errors import EpisodeOver
from skillmem.protocols import Info


class ScienceWorldEnv:
    """A task being played: reset it, then step until the engine ends it or it is cut off.

    `info["score"]` is the engine's, divided by 100: 1.0 once won, below zero when the wrong
    thing was focused on, which ends the task. `step` does whatever the engine understands, not
    only what `info["admissible_commands"]` lists (see `envs.scienceworld.commands`).
    """

    def __init__(self, variation: Variation, *, max_steps: int, every_command: bool) -> None:
        self._variation = variation
        self._max_steps = max_steps
        self._every_command = every_command
        self._loan: Loan[Program] | None = None
        self._steps = 0
        self._score = 0.0
        self._over = True

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:  # noqa: ARG002 (Gymnasium's)
        """Begin the task anew: its goal, and what is seen. `seed` changes nothing."""
        self._loan = self._loan or Loan(engines())
        moment = begin(self._loan.engine, self._variation)
        self._steps, self._score, self._over = 0, moment.score, False
        return introduction(moment), self._told(moment)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Act; the reward is how much the score rose.

        Raises:
            EpisodeOver: the task has ended, or was never reset, or is closed.
        """
        if self._over or self._loan is None:
            raise EpisodeOver(f"the task is over after {self._steps} actions; call `reset()` first")
        moment = act(self._loan.engine, action)
        self._steps += 1
        reward, self._score = moment.score - self._score, moment.score
        truncated = not moment.over and self._steps >= self._max_steps
        self._over = moment.over or truncated
        return moment.observation, reward, moment.over, truncated, self._told(moment)

    def close(self) -> None:
        """End the task, and give its engine back. `reset` begins another."""
        self._over, self._loan = True, None

    def _told(self, moment: Moment) -> Info:
        every = self._every_command
        commands = sorted(set(moment.valid)) if every else listed(moment.valid, moment.goal)
        won = moment.score >= 1.0
        return {"admissible_commands": commands, "won": won, "score": moment.score}


def introduction(moment: Moment) -> str:
    """Give a task's first observation: its goal, and what is seen."""
    return f"{moment.goal}\n\n{moment.observation}"
