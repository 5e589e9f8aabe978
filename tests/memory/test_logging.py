"""Episodes that are logged while they are played."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from skillmem import (
    EpisodeClosed,
    EpisodeConflict,
    EpisodeNotFound,
    Outcome,
    SelfVerified,
    SkillMemory,
)
from tests.memory.kitchen import WON, clean_steps, clean_task, success


class Interrupted(Exception):
    """Something that went wrong outside."""


def test_steps_are_durable_as_they_come(tmp_path: Path) -> None:
    """What was logged is there although the process never closed its episode."""
    step = clean_steps()[0]
    abandoned = SkillMemory.open(tmp_path)
    abandoned.begin(clean_task(), episode_id="e").step(step.action, step.observation)

    with SkillMemory.open(tmp_path) as memory:
        episode = memory.begin(clean_task(), episode_id="e")

        assert episode.steps == (step,)
        assert list(memory.episodes()) == []
    abandoned.close()


def test_a_step_sent_again_is_not_doubled(memory: SkillMemory) -> None:
    """A step with its index can be sent again; another step in its place is refused."""
    first, second, *_ = clean_steps()
    episode = memory.begin(clean_task())
    episode.step(first.action, first.observation, index=0)
    episode.step(first.action, first.observation, index=0)

    with pytest.raises(EpisodeConflict):
        episode.step(second.action, second.observation, index=0)
    with pytest.raises(EpisodeConflict):
        episode.step(second.action, second.observation, index=2)
    assert len(episode.finish(WON).steps) == 1


def test_a_played_episode_is_consolidated_like_a_recorded_one(memory: SkillMemory) -> None:
    """It makes no difference whether steps came one by one or all at once."""
    with memory.begin(clean_task()) as episode:
        for step in clean_steps():
            episode.step(step.action, step.observation)
        episode.finish(WON)

    (made,) = memory.consolidate().demonstrations

    assert [step.action for step in made.steps] == [step.action for step in clean_steps()]


def break_off(memory: SkillMemory, error: BaseException) -> None:
    """Raise `error` in the middle of an episode."""
    with memory.begin(clean_task()) as episode:
        episode.step("look", "You see a table 1.")
        raise error


@pytest.mark.parametrize(
    ("error", "ended_by"),
    [
        (Interrupted(), "error"),
        (asyncio.CancelledError(), "cancelled"),
        (KeyboardInterrupt(), "cancelled"),
    ],
)
def test_what_leaves_the_block_ends_the_episode(
    memory: SkillMemory, error: BaseException, ended_by: str
) -> None:
    """An exception ends an episode by `error`, a cancellation by `cancelled`."""
    with pytest.raises(type(error)):
        break_off(memory, error)

    (stored,) = memory.episodes()
    assert stored.ended_by == ended_by
    assert len(stored.steps) == 1


def test_an_ended_episode_takes_no_step(memory: SkillMemory) -> None:
    """After `finish` there is nothing more to log."""
    with memory.begin(clean_task()) as episode:
        pass

    with pytest.raises(EpisodeClosed):
        episode.step("look", "You see a table 1.")


def test_silence_closes_an_episode(tmp_path: Path) -> None:
    """What a dead process left open is closed as `error` after an hour, not before."""
    hour = [datetime(2026, 1, 1, tzinfo=UTC)]
    with SkillMemory.open(tmp_path, clock=lambda: hour[0]) as memory:
        memory.begin(clean_task(), episode_id="left").step("look", "You see a table 1.")
        hour[0] += timedelta(minutes=59)
        assert memory.sweep() == ()

        hour[0] += timedelta(minutes=2)
        assert memory.sweep() == ("left",)
        assert [episode.ended_by for episode in memory.episodes()] == ["error"]
        assert memory.sweep() == ()


def test_recording_again_changes_nothing(memory: SkillMemory) -> None:
    """The same id with the same content is idempotent; with other content it is refused."""
    episode = success()
    memory.record(episode)
    memory.record(episode.model_copy(update={"ended_at": datetime.now(UTC)}))

    with pytest.raises(EpisodeConflict, match=episode.id):
        memory.record(episode.model_copy(update={"steps": episode.steps[1:]}))
    assert list(memory.episodes()) == [episode]


def test_an_agent_is_not_its_own_verifier(memory: SkillMemory) -> None:
    """A verdict from the agent itself is refused, early and late."""
    own = Outcome(success=True, verifier_kind="judge", verifier="bot")
    with pytest.raises(SelfVerified, match="bot"):
        success().model_validate({**success().model_dump(), "agent": "bot", "outcome": own})

    episode = success().model_copy(update={"agent": "bot", "outcome": None})
    memory.record(episode)
    with pytest.raises(SelfVerified, match="bot"):
        memory.add_outcome(episode.id, own)


def test_a_verdict_needs_its_episode(memory: SkillMemory) -> None:
    """A verdict on what was never recorded is refused, and names the id."""
    with pytest.raises(EpisodeNotFound, match="nobody"):
        memory.add_outcome("nobody", WON)


def test_receipts_of_named_retrievals_are_kept(memory: SkillMemory) -> None:
    """An episode may name a retrieval, and recording it costs nothing but the write."""
    retrieval = memory.retrieve(clean_task(), token_budget=800)
    episode = success().model_copy(update={"retrieval_ids": (retrieval.id,)})

    assert memory.record(episode).retrieval_ids == (retrieval.id,)
