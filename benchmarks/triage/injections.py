"""Faults put into real runs: environments and policies that fail in a way that is known.

Every run is played for real, in a game of the household. What goes wrong is put in while it is
played, at a moment that its key decides. Half of the faults and half of the games are kept apart
from those that the rules were made with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from skillmem.consolidation import FailureCause
from skillmem.errors import UnusableReply
from skillmem.protocols import Environment, Info, Policy
from skillmem.types import Prompt

Half = Literal["developed", "kept"]
Injected = Literal["fault", "window", "limit", "impossible", "ambiguous", "mistake"]
EXPECTED: dict[Injected, FailureCause] = {
    "fault": "fault",
    "window": "limit",
    "limit": "limit",
    "impossible": "task",
    "ambiguous": "task",
    "mistake": "mistake",
}
"""The cause that triage should find. What costs is to take one for a `mistake`."""

RAISED: dict[Half, Sequence[Exception]] = {
    "developed": (
        ConnectionError("connection reset by peer"),
        TimeoutError("timed out waiting for the simulator"),
        RuntimeError("HTTP 429 Too Many Requests"),
    ),
    "kept": (
        OSError("[Errno -3] Temporary failure in name resolution"),
        BrokenPipeError("[Errno 32] Broken pipe"),
        RuntimeError("worker 3 was killed (signal 9)"),
        MemoryError(),
    ),
}
ANSWERED: dict[Half, Sequence[str]] = {
    "developed": (
        "Error: the request timed out after 30 s",
        "503 Service Unavailable",
        "Error: connection refused",
    ),
    "kept": (
        "upstream connect error or disconnect/reset before headers. reset reason: overflow",
        "<html><head><title>502 Bad Gateway</title></head></html>",
        "Error code: 429 - {'error': {'message': 'Rate limit reached for requests'}}",
        "grpc: the connection is unavailable (UNAVAILABLE)",
    ),
}
OVERFLOWS: dict[Half, Sequence[str]] = {
    "developed": (
        "This model's maximum context length is 8192 tokens, your messages have 8310",
        "",
    ),
    "kept": (
        "prompt is too long: 210354 tokens > 200000 maximum",
        "the input exceeds the window of 4096 tokens",
        "",
    ),
}
UNSAID: dict[Half, Sequence[str]] = {
    "developed": ("put it away.", "do the same with the other one."),
    "kept": ("tidy up a bit.", "finish what was begun.", "put that where it belongs."),
}


class Failing:
    """An environment whose `step` fails from a moment on: it raises, or answers an error."""

    def __init__(self, env: Environment, *, at: int, by: Exception | str) -> None:
        self._env = env
        self._at = at
        self._by = by
        self._steps = 0
        self._last: Info = {"admissible_commands": (), "won": False}

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:
        """Begin."""
        observation, self._last = self._env.reset(seed=seed)
        return observation, self._last

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Go on, or fail; what fails changes nothing any more."""
        self._steps += 1
        if self._steps <= self._at:
            observation, reward, won, cut_off, self._last = self._env.step(action)
            return observation, reward, won, cut_off, self._last
        if isinstance(self._by, Exception):
            raise self._by
        return self._by, 0.0, False, self._steps >= self._at + AFTER, self._last


AFTER = 6
"""How many steps an agent goes on against an error."""


class Cut:
    """An environment that cuts a run off after so many steps."""

    def __init__(self, env: Environment, *, at: int) -> None:
        self._env = env
        self._left = at

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:
        """Begin."""
        return self._env.reset(seed=seed)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Go on; the last step is cut off."""
        observation, reward, won, cut_off, info = self._env.step(action)
        self._left -= 1
        return observation, reward, won, cut_off or self._left <= 0, info


class Reworded:
    """An environment whose first observation words the goal anew."""

    def __init__(self, env: Environment, *, old: str, new: str) -> None:
        self._env = env
        self._old = old
        self._new = new

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:
        """Begin, with the new words."""
        observation, info = self._env.reset(seed=seed)
        return observation.replace(self._old, self._new), info

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Go on; whether the old goal is reached is of no account."""
        observation, reward, won, cut_off, info = self._env.step(action)
        return observation, reward, won, cut_off, {**info, "won": False}


@dataclass
class Overflowing:
    """A policy whose prompt no longer fits from a step on."""

    policy: Policy
    at: int
    said: str

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Act, or overflow."""
        if len(prompt.steps) >= self.at:
            raise UnusableReply(self.said)
        return self.policy.act(prompt, admissible, seed=seed)


@dataclass
class Looping:
    """A policy that at some step falls into doing the same few things over and over."""

    policy: Policy
    at: int

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Act, or repeat what was done two steps ago."""
        if len(prompt.steps) < self.at:
            return self.policy.act(prompt, admissible, seed=seed)
        wanted = prompt.steps[-2].action
        return wanted if wanted in admissible else "look"


@dataclass
class Omitting:
    """A policy that never does the operations that begin with certain words."""

    policy: Policy
    verbs: tuple[str, ...]

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Act as if they could not be done."""
        allowed = [it for it in admissible if not it.startswith(self.verbs)]
        return self.policy.act(prompt, allowed, seed=seed)


@dataclass
class Confusing:
    """A policy that takes the first thing it comes upon for the one that is asked for."""

    policy: Policy

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Take whatever can be taken; else act."""
        taken = [it for it in admissible if it.startswith("take ")]
        held = any(step.action.startswith("take ") for step in prompt.steps)
        if taken and not held:
            return taken[0]
        return self.policy.act(prompt, admissible, seed=seed)


@dataclass
class Hasty:
    """A policy that does the last operation first: it puts things down before they are ready."""

    policy: Policy
    before: tuple[str, ...]

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Put down what is held, and only then look for the rest; never what had to come before."""
        put = [it for it in admissible if it.startswith("move ")]
        if put:
            return put[0]
        allowed = [it for it in admissible if not it.startswith(self.before)]
        return self.policy.act(prompt, allowed, seed=seed)
