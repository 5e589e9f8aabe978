"""The chat policy against a server that behaves well, badly, or not at all."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agents.chat import ChatPolicy, make
from agents.langgraph_agent import LangGraphAgent
from agents.play import PlainAgent
from skillmem import Episode, Prompt, SkillMemory
from skillmem.errors import InvalidOption, ModelUnavailable, UnusableReply
from skillmem.llms import ChatServer, Message, Patience
from tests.agents.bad_server import (
    Answer,
    breaks_off,
    drips,
    drips_headers,
    fails,
    hangs,
    says,
    sends,
    serving,
)
from tests.agents.test_play import TASK, Counting

KEY = "sk-very-secret"
PATIENCE = Patience(timeout=5.0, tries=3, first_wait=0.01, longest_wait=0.02)
HASTY = PATIENCE._replace(timeout=0.3)
QUESTION = [Message("user", "Well?")]


def unused_url() -> str:
    """Name a port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}/v1"


def chat_server(url: str, patience: Patience = PATIENCE) -> ChatServer:
    """Make a client that waits for milliseconds."""
    return ChatServer(url, model="tiny", api_key=KEY, patience=patience)


def play(url: str, patience: Patience = PATIENCE) -> Episode:
    """Play a game of counting."""
    policy = ChatPolicy(chat_server(url, patience))
    agent = PlainAgent(policy, name="chat:tiny", policy_kind="model")
    return agent.play(Counting(), TASK, lambda _: "", 7)


def ask(url: str, patience: Patience = PATIENCE) -> str:
    """Ask once."""
    return chat_server(url, patience).complete(QUESTION, temperature=0.0, max_tokens=5, seed=1)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Hold what is done to a time."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < seconds


def test_an_episode_is_played() -> None:
    """Replies become actions, and what they took of the model is told."""
    with serving(says("1"), says("Count."), says("> count")) as server:
        episode = play(server.url)

    assert [step.action for step in episode.steps] == ["count"] * 3
    assert episode.outcome is not None
    assert episode.outcome.success
    usage = episode.metadata["usage"]
    assert isinstance(usage, dict)
    assert (usage["calls"], usage["prompt_tokens"], usage["completion_tokens"]) == (3, 30, 6)
    assert usage["cached_tokens"] == 0


def test_settings_reach_the_server() -> None:
    """Model, key, temperature and length are passed on, with a seed of each step's own."""
    with serving(says("count")) as server:
        play(server.url)

    first, second, third = server.requests
    assert first.path == "/v1/chat/completions"
    assert first.headers["authorization"] == f"Bearer {KEY}"
    assert (first.body["model"], first.body["temperature"]) == ("tiny", 0.0)
    assert first.body["max_tokens"] == 48
    assert len({asked.body["seed"] for asked in (first, second, third)}) == 3


def test_a_longer_conversation_begins_as_the_shorter() -> None:
    """All but the last message of a step's prompt come again in the next one."""
    with serving(says("count")) as server:
        play(server.url)

    first, second, _ = (asked.body["messages"] for asked in server.requests)
    assert second[: len(first) - 1] == first[:-1]
    assert first[-1]["content"].startswith(second[len(first) - 1]["content"])


def test_an_unusable_reply_is_answered() -> None:
    """A reply that names no command is shown again with a correction, and the next one counts."""
    with serving(says("No idea."), says(None), says("count")) as server:
        episode = play(server.url)

    assert episode.outcome is not None
    assert episode.outcome.success
    corrected = server.requests[1].body["messages"]
    assert corrected[-2] == {"role": "assistant", "content": "No idea."}
    assert "1 to 2" in corrected[-1]["content"]


def test_a_model_that_never_names_a_command_is_not_judged() -> None:
    """After three replies without a command the episode ends, with its steps and the reason."""
    with serving(says("count"), says("I like trains.")) as server, within(20):
        episode = play(server.url)

    assert (episode.outcome, episode.ended_by) == (None, "error")
    assert [step.action for step in episode.steps] == ["count"]
    reason = str(episode.metadata["error"])
    assert reason.startswith("UnusableReply: ")
    assert "I like trains." in reason
    assert len(server.requests) == 4


LASTING: dict[str, tuple[Answer, str, int]] = {
    "500": (fails(500, "out of memory"), "status 500", 3),
    "429": (fails(429, "slow down"), "ask less often", 3),
    "401": (fails(401, f"wrong key {KEY}"), "OPENAI_API_KEY", 1),
    "404": (fails(404, "no such model"), "base_url", 1),
    "400": (fails(400, f"too long; your key is {KEY}"), "context", 1),
    "cut": (breaks_off, "broke off", 3),
}


@pytest.mark.parametrize("case", LASTING)
def test_a_failing_server_leaves_the_episode_unjudged(case: str) -> None:
    """A failure that lasts ends the episode without a verdict: steps kept, no key told."""
    answer, told, requests = LASTING[case]
    with serving(says("count"), says("count"), answer) as server, within(20):
        episode = play(server.url)

    assert (episode.outcome, episode.ended_by) == (None, "error")
    assert [step.action for step in episode.steps] == ["count", "count"]
    reason = str(episode.metadata["error"])
    kind = "UnusableReply" if case == "400" else "ModelUnavailable"
    assert reason.startswith(f"{kind}: ")
    assert told in reason
    assert "tiny" in reason
    assert server.url in reason
    assert KEY not in reason
    assert len(server.requests) == 2 + requests


@pytest.mark.parametrize("slow", [hangs, drips, drips_headers])
def test_a_slow_server_is_left(slow: Answer) -> None:
    """A server that says nothing, or ever a little, is waited for twice the timeout at most."""
    with serving(says("count"), slow) as server, within(10):
        episode = play(server.url, HASTY)

    assert (episode.outcome, len(episode.steps)) == (None, 1)
    assert "ModelUnavailable" in str(episode.metadata["error"])
    assert "raise the timeout" in str(episode.metadata["error"])


def test_a_server_that_is_down() -> None:
    """An address at which nobody listens is named, with what to do."""
    url = unused_url()
    with within(10):
        episode = play(url)

    assert (episode.outcome, episode.steps) == (None, ())
    assert f"{url} can't be reached" in str(episode.metadata["error"])
    assert "3 times; start the server" in str(episode.metadata["error"])


@pytest.mark.parametrize(
    "passing", [fails(429), fails(500), fails(503, retry_after="0"), breaks_off, sends(b"<html>")]
)
def test_what_passes_is_tried_again(passing: Answer) -> None:
    """One failure that may pass costs a try, and no more."""
    with serving(passing, says("hello")) as server:
        assert ask(server.url) == "hello"

    assert len(server.requests) == 2


@pytest.mark.parametrize("body", [b"", b"<html>busy</html>", b"[1]", b'{"choices": []}', b"\xff"])
def test_nonsense_is_refused(body: bytes) -> None:
    """What is no chat completion raises an error that shows how it begins."""
    with serving(sends(body)) as server, pytest.raises(UnusableReply, match="no chat completion"):
        ask(server.url)

    assert len(server.requests) == 3


def test_waiting_is_bounded() -> None:
    """A server that asks for more patience than there is isn't waited for."""
    with (
        serving(fails(429, retry_after="3600")) as server,
        within(5),
        pytest.raises(ModelUnavailable),
    ):
        ask(server.url)

    assert len(server.requests) == 1


def test_waits_double() -> None:
    """Waits grow up to a bound, and all tries together end in time."""
    waits: list[float] = []
    patience = Patience(timeout=60.0, tries=6, first_wait=1.0, longest_wait=5.0)
    server = ChatServer(unused_url(), patience=patience, sleep=waits.append)

    with pytest.raises(ModelUnavailable):
        server.complete(QUESTION, temperature=0.0, max_tokens=5, seed=1)

    assert waits == [1.0, 2.0, 4.0, 5.0, 5.0]
    assert server.usage.calls == 6


def test_a_password_is_not_told() -> None:
    """A message names the server without what stands before its name or behind its path."""
    url = unused_url().replace("//", "//cook:pepper@") + "?token=salt"

    with pytest.raises(ModelUnavailable) as caught:
        ask(url)

    assert "pepper" not in str(caught.value)
    assert "salt" not in str(caught.value)


@pytest.mark.parametrize("checkpointer", [None, InMemorySaver()])
def test_a_graph_goes_on_when_the_model_is_back(
    tmp_path: Path, checkpointer: InMemorySaver | None
) -> None:
    """A run whose model fails leaves its episode open, steps stored, and is resumed by its id."""

    def run(url: str, memory: SkillMemory) -> Episode:
        agent = LangGraphAgent(
            ChatPolicy(chat_server(url)),
            name="chat:tiny",
            policy_kind="model",
            checkpointer=checkpointer,
        )
        return agent.run(memory, Counting(), TASK, token_budget=0, seed=7, episode_id="one")

    with SkillMemory.open(tmp_path / "memory") as memory:
        with serving(says("count"), fails(500)) as server, pytest.raises(ModelUnavailable) as told:
            run(server.url, memory)
        assert any("'one' is open" in note for note in told.value.__notes__)
        assert list(memory.episodes()) == []

    with SkillMemory.open(tmp_path / "memory") as memory:
        begun = memory.begin(TASK, episode_id="one", agent="chat:tiny", seed=7)
        assert [step.action for step in begun.steps] == ["count"]
        with serving(says("count")) as server:
            episode = run(server.url, memory)

        assert len(server.requests) == 2
        assert len(episode.steps) == 3
        assert episode.outcome is not None
        assert episode.outcome.success


def test_a_graph_without_memory_is_not_judged() -> None:
    """In a benchmark the graph gives what the plain loop gives: no verdict, and the steps."""
    with serving(says("count"), fails(500)) as server:
        policy = ChatPolicy(chat_server(server.url))
        agent = LangGraphAgent(policy, name="chat:tiny", policy_kind="model")
        episode = agent.play(Counting(), TASK, lambda _: "", 7)

    assert (episode.outcome, episode.ended_by, len(episode.steps)) == (None, "error", 1)
    assert str(episode.metadata["error"]).startswith("ModelUnavailable: ")
    usage = episode.metadata["usage"]
    assert isinstance(usage, dict)
    assert usage["calls"] == 4


def test_a_policy_without_commands_asks_nobody() -> None:
    """Where nothing is possible the command is empty."""
    policy = ChatPolicy(chat_server(unused_url()))

    assert policy.act(Prompt(goal="rest", observation=""), [], seed=1) == ""
    assert policy.usage.calls == 0


def test_no_server_is_wrong_use() -> None:
    """Without a base_url the message says how to give one."""
    with pytest.raises(InvalidOption, match="--agent-option base_url=http"):
        make()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("base_url", "localhost:8080"),
        ("base_url", "http://"),
        ("temperature", -1),
        ("temperature", "hot"),
        ("max_tokens", 0),
        ("max_tokens", 1.5),
        ("context_tokens", 48),
        ("timeout", 0),
        ("tries", 0),
        ("tries", True),
        ("model", 7),
    ],
)
def test_unusable_options_are_named(option: str, value: object) -> None:
    """An option that can't be used is wrong use, and is named before anything is played."""
    options: dict[str, object] = {"base_url": "http://127.0.0.1:8080/v1", option: value}

    with pytest.raises(InvalidOption, match=option):
        make(**options)  # type: ignore[arg-type]


def test_the_agent_is_named_after_its_model() -> None:
    """The report shows which model played, and that one did."""
    agent = make(base_url="http://127.0.0.1:8080/v1", model="tiny")

    assert (agent.policy, agent.policy_kind) == ("chat:tiny", "model")


def test_openai_loads_late() -> None:
    """Making the agent does not load the client."""
    program = (
        "import sys, agents.chat\n"
        "agents.chat.make(base_url='http://127.0.0.1:1/v1')\n"
        "sys.exit('openai' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
