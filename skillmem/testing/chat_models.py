"""A chat model that says what it is told to, and the contract that every chat model keeps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from skillmem.chats import Message, Usage
from skillmem.errors import ModelError, ModelUnavailable
from skillmem.protocols import ChatModel

QUESTION = (Message("system", "Answer with one word."), Message("user", "Well?"))
SCHEMA = {
    "type": "object",
    "properties": {"word": {"type": "string"}},
    "required": ["word"],
    "additionalProperties": False,
}


class ScriptedModel:
    """Gives one reply after the other, the last one for ever; without any it is unavailable."""

    def __init__(self, *replies: str, model: str = "scripted") -> None:
        self.model = model
        self.usage = Usage()
        self.asked: list[tuple[Message, ...]] = []
        self._replies = replies

    most_calls = 1

    @property
    def name(self) -> str:
        """Name the model."""
        return f"model {self.model!r} in a test"

    def complete(
        self,
        messages: Sequence[Message],
        *,
        temperature: float,  # noqa: ARG002 - it says what it is told to
        max_tokens: int,  # noqa: ARG002
        seed: int,  # noqa: ARG002
        schema: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> str:
        """Give the next reply; count words for tokens."""
        self.asked.append(tuple(messages))
        if not self._replies:
            self.usage = self.usage.plus(Usage(calls=1))
            raise ModelUnavailable(f"{self.name} has nothing to say; give it replies")
        reply = self._replies[min(len(self.asked), len(self._replies)) - 1]
        read = sum(len(message.content.split()) for message in messages)
        written = len(reply.split())
        took = Usage(calls=1, prompt_tokens=read, completion_tokens=written)
        self.usage = self.usage.plus(took)
        return reply


class ChatModelContract:
    """What any `ChatModel` promises. Subclass it, and give both models."""

    def make_model(self) -> ChatModel:
        """Make a model that answers."""
        raise NotImplementedError

    def make_missing_model(self) -> ChatModel:
        """Make a model that can't be had."""
        raise NotImplementedError

    def test_a_question_is_answered_and_counted(self) -> None:
        """An answer is a text; each question counts as a call at least, and tokens never fall."""
        model = self.make_model()
        before, most = model.usage, model.most_calls

        for number in (1, 2):
            reply = model.complete(QUESTION, temperature=0.0, max_tokens=20, seed=1)
            took = model.usage.minus(before)
            assert isinstance(reply, str), "give the answer's text"
            assert took.calls >= number, "count every question in `usage`"
            assert took.calls <= number * most, "say in `most_calls` how many a question may take"
            assert min(took) >= 0, "let `usage` only rise: it is what was taken so far"

    def test_a_schema_may_be_asked_for(self) -> None:
        """With a schema there is an answer too, whether or not the server knows schemas."""
        reply = self.make_model().complete(
            QUESTION, temperature=0.0, max_tokens=20, seed=1, schema=SCHEMA
        )

        assert isinstance(reply, str), "ask without the schema where a server refuses it"

    def test_a_model_that_is_gone_says_so(self) -> None:
        """It raises one of the library's errors, with a message, and nothing else."""
        with pytest.raises(ModelError, match=r"."):
            self.make_missing_model().complete(QUESTION, temperature=0.0, max_tokens=20, seed=1)

    def test_it_has_a_name(self) -> None:
        """The name is the same each time and not empty; so is the one that prices go by."""
        model = self.make_model()

        assert model.name == model.name != "", "name the model and where it is"
        assert isinstance(model.model, str), "give the name that prices go by, or the empty text"
