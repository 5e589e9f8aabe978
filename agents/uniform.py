"""A policy that chooses at random: the floor under every other agent.

It looks neither at the task nor at memory's text. What it chooses depends on the seed, the
step's number and the admissible commands alone, in whatever order they are listed.
"""

from __future__ import annotations

from collections.abc import Sequence

from agents.noise import gumbel
from agents.play import PlainAgent
from skillmem.types import Prompt


class UniformPolicy:
    """Chooses each admissible command with the same probability."""

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Choose a command; an empty one when none is admissible."""
        number = len(prompt.steps)
        return max(admissible, key=lambda command: gumbel(seed, number, command), default="")


def make() -> PlainAgent:
    """Make the agent: the policy in the plain loop."""
    return PlainAgent(UniformPolicy(), name="uniform", policy_kind="scripted")
