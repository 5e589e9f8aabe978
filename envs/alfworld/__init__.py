"""ALFWorld's text games in ALFWorld's own engine.

    suite = make()
    env = suite.open(suite.tasks("valid_unseen")[0])
    observation, info = env.reset()

The engine is to be installed beside this repository; the games come with it.
"""

from __future__ import annotations

from envs.alfworld.environment import AlfworldEnv
from envs.alfworld.suite import OfficialSuite
from skillmem.errors import InvalidOption

__all__ = ["AlfworldEnv", "OfficialSuite", "make"]


def make(*, max_steps: int = 50) -> OfficialSuite:
    """Make the suite: `max_steps` commands a game.

    Raises:
        InvalidOption: `max_steps` is too small.
    """
    if max_steps < 1:
        raise InvalidOption(f"max_steps must be at least 1, not {max_steps}")
    return OfficialSuite(max_steps=max_steps)
