"""What is played in: begun alike for every attempt at a task, and closed afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from skillmem.protocols import Environment, Info


class SameBeginning:
    """An environment that begins by one seed, whichever seed its player resets it with.

    So that a further attempt meets the very same task, however else its chance falls.
    """

    def __init__(self, env: Environment, seed: int) -> None:
        self._env = env
        self._seed = seed

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:  # noqa: ARG002 - one for all
        """Begin anew, by the seed of the first attempt."""
        return self._env.reset(seed=self._seed)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Act."""
        return self._env.step(action)


@contextmanager
def closed(env: Environment) -> Iterator[None]:
    """Close an environment that can be closed."""
    try:
        yield
    finally:
        close: object = getattr(env, "close", None)
        if callable(close):
            close()
