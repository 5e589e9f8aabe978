"""What every critic promises; inherit it, and give the critic in a fixture."""

from __future__ import annotations

import pytest

from skillmem.protocols import Critic
from skillmem.testing.records import a_demonstration, a_failure


class CriticContract:
    """Rules for a `Critic`. The fixture gives one that has something to say of the failure."""

    @pytest.fixture
    def critic(self) -> Critic:
        """Give the critic that is tested."""
        raise NotImplementedError("override the fixture `critic`")

    def test_names_a_step_and_a_remedy(self, critic: Critic) -> None:
        """What it says of a failure has a step of that run, a mistake, and advice."""
        failure = a_failure()

        draft = critic.criticise(failure, successes=())

        assert draft is not None, "give a critic that has something to say of any failure"
        assert 0 <= draft.step < len(failure.steps), f"step {draft.step} is none of the run's"
        assert draft.mistake.strip(), "say what went wrong"
        assert draft.advice.strip(), "say what to do instead"

    def test_successes_may_be_known(self, critic: Critic) -> None:
        """It takes the demonstrations that are known, and leaves the failure as it is."""
        failure = a_failure()
        before = failure.model_dump_json()

        critic.criticise(failure, successes=(a_demonstration(),))

        assert failure.model_dump_json() == before
