"""ALFWorld's text games in pure Python: the official ones, and training games drawn anew.

    suite = make()
    env = suite.open(suite.tasks("valid_unseen")[0])
    observation, info = env.reset()

The rules and texts are those of ALFWorld 0.4.2 (MIT; see `data/LICENSE-ALFWORLD`).
"""

from envs.household.environment import HouseholdEnv
from envs.household.games import Game
from envs.household.suite import Suite, make

__all__ = ["Game", "HouseholdEnv", "Suite", "make"]
