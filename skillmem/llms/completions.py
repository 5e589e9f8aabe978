"""The body of a chat completion: what a server sends, and what is read of it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from skillmem.chats import Usage

SHOWN_CHARACTERS = 200


def _nothing_is_zero(value: object) -> object:
    return 0 if value is None else value


Count = Annotated[int, BeforeValidator(_nothing_is_zero), Field(ge=0)]


class _Details(BaseModel):
    cached_tokens: Count = 0


class _Tokens(BaseModel):
    prompt_tokens: Count = 0
    completion_tokens: Count = 0
    prompt_tokens_details: _Details | None = None


class _Message(BaseModel):
    content: str | None = None


class _Choice(BaseModel):
    message: _Message


class _Completion(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Tokens | None = None


def parse_completion(body: bytes) -> tuple[str, Usage]:
    """Read the text of the first choice, and the tokens that it took where the server tells.

    Raises:
        ValueError: this is no chat completion; the message shows how it begins.
    """
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as error:
        raise ValueError(f"no chat completion: {shown(body)}") from error
    tokens = completion.usage or _Tokens()
    details = tokens.prompt_tokens_details or _Details()
    usage = Usage(
        prompt_tokens=tokens.prompt_tokens,
        cached_tokens=details.cached_tokens,
        completion_tokens=tokens.completion_tokens,
    )
    return completion.choices[0].message.content or "", usage


def shown(raw: bytes | str) -> str:
    """Quote the beginning of a raw reply, for a message."""
    text = raw.decode("utf-8", errors="replace") if isinstance(raw, bytes) else raw
    head = text[: SHOWN_CHARACTERS + 1]
    return repr(head if len(head) <= SHOWN_CHARACTERS else head[:-1] + "…")
