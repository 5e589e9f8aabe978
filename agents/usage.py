"""What an episode took of a language model: calls, tokens and seconds."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from pydantic import JsonValue

from skillmem.llms import Usage
from skillmem.notes import USAGE
from skillmem.protocols import Policy

NOTHING = Usage()


@runtime_checkable
class Metered(Protocol):
    """A policy that counts what it takes of a model."""

    @property
    def usage(self) -> Usage:
        """Tell what was taken so far, in all."""
        ...


class Meter:
    """Tells what a policy takes of its model from now on; nothing when it doesn't count."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._before = self._taken()

    def told(self) -> dict[str, JsonValue]:
        """Give the counts as an episode's metadata has them; nothing if none are kept."""
        if not isinstance(self._policy, Metered):
            return {}
        return {USAGE: self._taken().minus(self._before)._asdict()}

    def _taken(self) -> Usage:
        return self._policy.usage if isinstance(self._policy, Metered) else NOTHING
