"""The LangGraph agent: equal to the plain loop, resumable, and honest when it is cut off."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver

from agents import case_based
from agents.langgraph_agent import RECURSION_LIMIT, LangGraphAgent, make
from skillmem import Episode, Prompt, SkillMemory, Step
from skillmem.errors import InvalidOption
from skillmem.protocols import Info
from tests.agents.doomed import EPISODE, GAME, HANGS_AT, SEED
from tests.agents.runs import SUITE, expert_steps, relative, written

GAMES = SUITE.tasks("train")[5::67]
OWN = {"id", "started_at", "ended_at", "retrieval_ids"}


class Raising:
    """A household game in which the fourth step raises an error."""

    def __init__(self, error: BaseException) -> None:
        self.env = SUITE.open(GAME)
        self.error = error
        self.steps = 0

    def reset(self, *, seed: int | None = None) -> tuple[str, Any]:
        """Begin."""
        return self.env.reset(seed=seed)

    def step(self, action: str) -> tuple[str, float, bool, bool, Any]:
        """Act, or raise."""
        self.steps += 1
        if self.steps == 4:
            raise self.error
        return self.env.step(action)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[SkillMemory]:
    """Open an empty memory."""
    with SkillMemory.open(tmp_path / "memory") as opened:
        yield opened


def plain(task_id: str, text: str = "", *, seed: int = SEED) -> Episode:
    """Play a game in the plain loop."""
    return case_based.make().play(SUITE.open(task_id), SUITE.task(task_id), lambda _: text, seed)


def content(episode: Episode) -> dict[str, Any]:
    """Give all of an episode but ids and clocks."""
    return episode.model_dump(exclude=OWN)


def said(text: str, steps: Sequence[Step]) -> str:
    """Recall the same text at every moment."""
    del steps
    return text


def resume(memory: SkillMemory, checkpointer: SqliteSaver) -> Episode:
    """Go on with the killed process's episode."""
    return make(checkpointer=checkpointer).run(
        memory, SUITE.open(GAME), SUITE.task(GAME), token_budget=800, seed=SEED, episode_id=EPISODE
    )


def only(memory: SkillMemory) -> Episode:
    """Give the one episode that a memory holds."""
    (episode,) = memory.episodes()
    return episode


def test_both_loops_give_equal_episodes() -> None:
    """The graph plays what the plain loop plays, with and without memory."""
    agent = make()
    for task_id in GAMES:
        other = relative(task_id)
        for text in ("", written(SUITE.task(other).goal, expert_steps(other))):
            recall = partial(said, text)
            played = agent.play(SUITE.open(task_id), SUITE.task(task_id), recall, 2)
            assert content(played) == content(plain(task_id, text, seed=2))


def test_a_run_is_stored(memory: SkillMemory) -> None:
    """An episode played with a memory is in the memory, names its retrieval, and is the same."""
    agent = make(checkpointer=InMemorySaver())

    episode = agent.run(memory, SUITE.open(GAME), SUITE.task(GAME), token_budget=800, seed=SEED)

    assert content(episode) == content(plain(GAME))
    assert content(only(memory)) == content(episode)
    assert len(episode.retrieval_ids) == 1


def test_a_killed_episode_is_resumed(tmp_path: Path) -> None:
    """An episode whose process was killed goes on in another, is recorded once, and complete."""
    process = subprocess.Popen([sys.executable, "-m", "tests.agents.doomed", str(tmp_path)])
    try:
        deadline = time.monotonic() + 60
        while not (tmp_path / "hangs").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()

    with (
        SkillMemory.open(tmp_path / "memory") as memory,
        SqliteSaver.from_conn_string(str(tmp_path / "checkpoints.db")) as checkpointer,
    ):
        assert list(memory.episodes()) == []
        begun = memory.begin(SUITE.task(GAME), episode_id=EPISODE, agent="case_based", seed=SEED)
        assert len(begun.steps) == HANGS_AT

        episode = resume(memory, checkpointer)

        assert content(only(memory)) == content(episode) == content(plain(GAME))
        assert len(episode.steps) > HANGS_AT
        assert resume(memory, checkpointer) == only(memory)


def test_the_log_is_ahead_of_the_checkpoint(memory: SkillMemory) -> None:
    """A step that was logged before its checkpoint was written is not done or logged again."""
    reference = plain(GAME)
    begun = memory.begin(SUITE.task(GAME), episode_id=EPISODE, agent="case_based", seed=SEED)
    for index, step in enumerate(reference.steps[:3]):
        begun.step(
            step.action,
            step.observation,
            admissible=step.admissible,
            reward=step.reward,
            index=index,
        )

    episode = make(checkpointer=InMemorySaver()).run(
        memory, SUITE.open(GAME), SUITE.task(GAME), token_budget=0, seed=SEED, episode_id=EPISODE
    )

    assert content(episode) == content(reference)


def test_the_recursion_limit_is_recorded(memory: SkillMemory) -> None:
    """What LangGraph's limit cuts off ends by `limit`, with the environment's verdict."""
    episode = make(recursion_limit=10).run(
        memory, SUITE.open(GAME), SUITE.task(GAME), token_budget=0, seed=SEED
    )

    assert episode.ended_by == "limit"
    assert 2 <= len(episode.steps) <= 4
    assert episode.steps == plain(GAME).steps[: len(episode.steps)]
    assert episode.outcome is not None
    assert (episode.outcome.success, episode.outcome.verifier_kind) == (False, "environment")
    assert only(memory) == episode


def test_a_broken_environment_is_recorded(memory: SkillMemory) -> None:
    """What the environment raises ends the episode by `error`, without a verdict."""
    error = ConnectionError("the line is dead")

    episode = make().run(memory, Raising(error), SUITE.task(GAME), token_budget=0, seed=SEED)

    assert (episode.ended_by, len(episode.steps)) == ("error", 4)
    assert episode.outcome is None
    assert episode.steps[-1].error == "ConnectionError: the line is dead"
    assert only(memory) == episode


def test_playing_tells_what_broke() -> None:
    """Without a memory to keep the steps, the metadata says what the environment raised."""
    env = Raising(ConnectionError("the line is dead"))

    episode = make().play(env, SUITE.task(GAME), lambda _: "", SEED)

    assert episode.outcome is None
    assert episode.metadata == {
        "error": "ConnectionError: the line is dead",
        "environment_broke": True,
    }


class Unstartable:
    """An environment that can't be reset."""

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:
        """Fail."""
        raise ConnectionError(f"no server for seed {seed}")

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Fail."""
        raise ConnectionError(f"no server for {action}")


def test_an_environment_that_does_not_start_is_recorded(memory: SkillMemory) -> None:
    """An episode whose environment can't be reset is closed by `error`, without a verdict."""
    with pytest.raises(ConnectionError, match="no server"):
        make().run(memory, Unstartable(), SUITE.task(GAME), token_budget=0, seed=SEED)

    episode = only(memory)
    assert (episode.ended_by, episode.steps, episode.outcome) == ("error", (), None)


class Faulty:
    """A policy that fails at its third decision."""

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Choose the first command, or fail."""
        del seed
        if len(prompt.steps) == 2:
            raise ValueError("no idea")
        return admissible[0]


def test_a_failing_policy_is_recorded(memory: SkillMemory) -> None:
    """What the policy raises ends the episode by `error`, and is raised again."""
    agent = LangGraphAgent(Faulty(), name="faulty", policy_kind="scripted")

    with pytest.raises(ValueError, match="no idea"):
        agent.run(memory, SUITE.open(GAME), SUITE.task(GAME), token_budget=0, seed=SEED)

    episode = only(memory)
    assert (episode.ended_by, len(episode.steps)) == ("error", 2)
    assert episode.outcome is not None
    assert (episode.outcome.success, episode.outcome.detail) == (False, "ValueError: no idea")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), asyncio.CancelledError()])
def test_a_cancellation_is_recorded(memory: SkillMemory, error: BaseException) -> None:
    """A cancellation ends the episode by `cancelled`, judged by the environment, and goes on."""
    with pytest.raises(type(error)):
        make().run(memory, Raising(error), SUITE.task(GAME), token_budget=0, seed=SEED)

    episode = only(memory)
    assert (episode.ended_by, len(episode.steps)) == ("cancelled", 3)
    assert episode.outcome is not None
    assert not episode.outcome.success


def test_a_limit_below_one_is_refused() -> None:
    """A recursion limit that allows nothing is named and refused."""
    with pytest.raises(InvalidOption, match="0"):
        make(recursion_limit=0)
    assert RECURSION_LIMIT > 3 * 50


def test_langgraph_loads_late() -> None:
    """Importing the agent's module does not load LangGraph."""
    program = "import sys, agents.langgraph_agent; sys.exit('langgraph' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
