"""An environment in which what breaks a guard is not offered."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem import SkillMemory, Step, Task
from skillmem.protocols import Environment, Info


class Guarded:
    """Offers what no guard speaks against; everything, where one speaks against everything."""

    def __init__(self, env: Environment, memory: SkillMemory, task: Task) -> None:
        self._env = env
        self._memory = memory
        self._task = task
        self._steps: list[Step] = []

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:
        """Begin."""
        self._steps = []
        observation, info = self._env.reset(seed=seed)
        return observation, self._offered(info)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Go on."""
        observation, reward, terminated, truncated, info = self._env.step(action)
        self._steps.append(Step(action=action, observation=observation))
        return observation, reward, terminated, truncated, self._offered(info)

    def _offered(self, info: Info) -> Info:
        possible: Sequence[str] = tuple(info["admissible_commands"])
        fine = [it for it in possible if not self._breaks(it)]
        return {**info, "admissible_commands": fine or list(possible)}

    def _breaks(self, action: str) -> bool:
        return bool(self._memory.check(action, task=self._task, steps=self._steps))
