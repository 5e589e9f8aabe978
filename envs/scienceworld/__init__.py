"""ScienceWorld: its tasks with their official variations, in their own engine.

    suite = make(task="find-plant,boil")
    env = suite.open(suite.tasks("test")[0])

The engine (Wang et al., "ScienceWorld: Is your Agent Smarter than a 5th Grader?", EMNLP 2022)
is the package `scienceworld`, and needs Java.
"""

from envs.scienceworld.suite import Suite, make

__all__ = ["Suite", "make"]
