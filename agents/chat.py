"""A policy on any OpenAI-compatible chat server, local or remote, found by its base_url.

    skillmem bench --agent agents.chat:make --agent-option base_url=http://127.0.0.1:8080/v1

The prompt stands in `agents.chat_prompt`, the parser of replies in `agents.chat_reply`. A
model that gives no usable answer ends the episode without a verdict (`agents.play`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import blake2b

from agents.chat_prompt import conversation, corrected
from agents.chat_reply import read_command
from agents.play import PlainAgent
from skillmem.errors import InvalidOption, UnusableReply
from skillmem.llms import ChatServer, Patience, Usage, shown
from skillmem.protocols import TokenCounter
from skillmem.tokens import TiktokenCounter
from skillmem.types import Prompt

TRIES = 3
"""Replies that are asked for before a decision is given up."""
REPLY_CHARACTERS = 400
"""How much of an unusable reply the model sees again."""


class ChatPolicy:
    """Asks a chat model for each command.

    `max_tokens` bounds a reply; `context_tokens` the prompt and the reply, as `counter` counts
    them: the model's own count differs, so leave some of its context free.

    Raises:
        InvalidOption: a number is too small.
    """

    def __init__(
        self,
        server: ChatServer,
        *,
        temperature: float = 0.0,
        max_tokens: int = 48,
        context_tokens: int = 8192,
        counter: TokenCounter | None = None,
    ) -> None:
        _require(temperature, max_tokens, context_tokens)
        self._server = server
        self._temperature = temperature
        self._max_tokens = max_tokens
        self._room = context_tokens - max_tokens
        self._count = (counter or TiktokenCounter()).count

    @property
    def usage(self) -> Usage:
        """Tell what was taken of the model so far."""
        return self._server.usage

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Let the model choose; an empty command when none is admissible.

        A reply that names no admissible command is answered with those there are, twice at
        most. The server gets a seed of its own for each reply.

        Raises:
            ModelUnavailable: the server gives no answer.
            UnusableReply: no reply names an admissible command.
        """
        if not admissible:
            return ""
        messages = conversation(prompt, admissible, room=self._room, count=self._count)
        for number in range(TRIES):
            reply = self._server.complete(
                messages,
                temperature=self._temperature,
                max_tokens=self._max_tokens,
                seed=_seed(seed, len(prompt.steps), number),
            )
            command = read_command(reply, admissible)
            if command is not None:
                return command
            messages = corrected(messages, reply[:REPLY_CHARACTERS], commands=len(admissible))
        raise UnusableReply(
            f"{self._server.name} named none of {len(admissible)} possible commands in {TRIES} "
            f"replies, the last of them {shown(reply)}; take a model that follows instructions, "
            "or raise max_tokens if its replies are cut off"
        )


def make(
    *,
    base_url: str = "",
    model: str = "",
    api_key: str = "",
    temperature: float = 0.0,
    max_tokens: int = 48,
    context_tokens: int = 8192,
    timeout: float = 120.0,
    tries: int = 5,
) -> PlainAgent:
    """Make the agent: the policy in the plain loop.

    `timeout` bounds a request in seconds, `tries` how often one is sent. The key is better
    left to the environment's OPENAI_API_KEY: a benchmark writes options down.

    Raises:
        InvalidOption: there is no base_url, or an option can't be used.
        MissingExtra: the package `openai` isn't installed.
    """
    _require_types(str, "a text", base_url=base_url, model=model, api_key=api_key)
    _require_types((int, float), "a number", temperature=temperature, timeout=timeout)
    _require_types(
        int, "a whole number", max_tokens=max_tokens, context_tokens=context_tokens, tries=tries
    )
    if not base_url:
        raise InvalidOption(
            "which server? name an OpenAI-compatible one: "
            "--agent-option base_url=http://127.0.0.1:8080/v1"
        )
    server = ChatServer(
        base_url,
        model=model,
        api_key=api_key or os.environ.get("OPENAI_API_KEY", ""),
        patience=Patience(timeout=timeout, tries=tries),
    )
    policy = ChatPolicy(
        server, temperature=temperature, max_tokens=max_tokens, context_tokens=context_tokens
    )
    name = f"chat:{model}" if model else "chat"
    return PlainAgent(policy, name=name, policy_kind="model")


def _require(temperature: float, max_tokens: int, context_tokens: int) -> None:
    if temperature < 0:
        raise InvalidOption(f"temperature must be 0 or more, not {temperature}")
    if max_tokens < 1:
        raise InvalidOption(f"max_tokens must be at least 1, not {max_tokens}")
    if context_tokens <= max_tokens:
        raise InvalidOption(
            f"context_tokens must exceed the {max_tokens} of a reply, not be {context_tokens}"
        )


def _require_types(kind: type | tuple[type, ...], word: str, **options: object) -> None:
    for name, value in options.items():
        if not isinstance(value, kind) or isinstance(value, bool):
            raise InvalidOption(f"{name} must be {word}, not {value!r}")


def _seed(seed: int, step: int, number: int) -> int:
    """Key a server's seed by the episode's, the step's number and the reply's; 31 bits."""
    key = f"{seed}/{step}/{number}".encode()
    return int.from_bytes(blake2b(key, digest_size=4).digest(), "big") >> 1
