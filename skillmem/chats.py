"""What passes between the library and a chat model: messages, and what a model took."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Message(NamedTuple):
    """One message of a conversation."""

    role: Literal["system", "user", "assistant"]
    content: str


class Usage(NamedTuple):
    """What was taken of a model: requests, tokens read (some from its cache), written, seconds."""

    calls: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0

    def plus(self, other: Usage) -> Usage:
        """Add two counts."""
        return self._joined(other, 1)

    def minus(self, other: Usage) -> Usage:
        """Tell what came after `other` was counted."""
        return self._joined(other, -1)

    def _joined(self, other: Usage, sign: int) -> Usage:
        return Usage(
            calls=self.calls + sign * other.calls,
            prompt_tokens=self.prompt_tokens + sign * other.prompt_tokens,
            cached_tokens=self.cached_tokens + sign * other.cached_tokens,
            completion_tokens=self.completion_tokens + sign * other.completion_tokens,
            seconds=self.seconds + sign * other.seconds,
        )
