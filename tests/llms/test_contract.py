"""Chat models keep the published contract, over a real HTTP server and without one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skillmem.llms import ChatServer, Patience
from skillmem.protocols import ChatModel
from skillmem.testing.chat_models import ChatModelContract, ScriptedModel
from tests.agents.bad_server import Server, fails, says, serving
from tests.agents.test_chat import unused_url

PATIENCE = Patience(timeout=5.0, tries=1)


class TestScriptedModel(ChatModelContract):
    """The one that ships with the package."""

    def make_model(self) -> ChatModel:
        """Make a model that answers."""
        return ScriptedModel("Yes.")

    def make_missing_model(self) -> ChatModel:
        """Make a model that can't be had."""
        return ScriptedModel()


class TestChatServer(ChatModelContract):
    """The client of an OpenAI-compatible server."""

    @pytest.fixture(autouse=True)
    def _serving(self) -> Iterator[None]:
        with serving(says("Yes.")) as self.server:
            yield

    server: Server

    def make_model(self) -> ChatModel:
        """Make a model that answers."""
        return ChatServer(self.server.url, patience=PATIENCE)

    def make_missing_model(self) -> ChatModel:
        """Make a model that can't be had."""
        return ChatServer(unused_url(), patience=PATIENCE)


class TestChatServerWithoutSchemas(TestChatServer):
    """One whose server refuses schemas."""

    @pytest.fixture(autouse=True)
    def _serving(self) -> Iterator[None]:
        def answer(handler: object) -> None:
            asked = self.server.requests[-1].body
            (fails(400) if "response_format" in asked else says("Yes."))(handler)  # type: ignore[arg-type]

        with serving(answer) as self.server:
            yield
