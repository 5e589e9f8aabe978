"""A critic that asks a model: its question, and what it makes of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from skillmem import SkillMemory
from skillmem.llms import Message, ModelCritic, Usage
from skillmem.llms.critic import LEAD, SYSTEM, write_question
from skillmem.protocols import Critic
from skillmem.testing.critic_contract import CriticContract
from skillmem.types import Demonstration
from tests.consolidation.kitchen import WINNING, play

COLD = play((*WINNING[:3], *WINNING[4:]), episode_id="cold")
GOLDEN = Path(__file__).parent.parent / "golden" / "critic_prompt.txt"
GOOD = '{"step": 2, "mistake": "It was cold.", "actions": ["> heat apple 1 with oven 1"]}'


class Answering:
    """A model that always answers the same, and remembers what it was asked."""

    name = model = "answering"
    most_calls = 1
    usage = Usage()

    def __init__(self, reply: str = GOOD) -> None:
        self._reply = reply
        self.asked: list[Sequence[Message]] = []

    def complete(
        self,
        messages: Sequence[Message],
        *,
        temperature: float,  # noqa: ARG002
        max_tokens: int,  # noqa: ARG002
        seed: int,  # noqa: ARG002
        schema: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> str:
        """Answer."""
        self.asked.append(messages)
        return self._reply


class TestModelCritic(CriticContract):
    """It keeps the rules for critics."""

    @pytest.fixture
    def critic(self) -> Critic:
        """Give one whose model answers well."""
        return ModelCritic(Answering())


def test_question_is_the_one_that_was_agreed_on(memory: SkillMemory) -> None:
    """Steps are numbered, the verdict and the nearest success are there, under one template."""
    memory.record(play(WINNING, episode_id="won"))
    successes = [it for it in memory.consolidate().demonstrations if isinstance(it, Demonstration)]

    text = f"{SYSTEM}\n-----\n{write_question(COLD, successes)}\n"

    assert text == GOLDEN.read_text(encoding="utf-8")


def test_answer_becomes_the_critique_with_chatter_around_it(memory: SkillMemory) -> None:
    """The model counts from one and may talk around its JSON; it is asked once."""
    model = Answering(f"Sure!\n```json\n{GOOD}\n```")

    critique = memory.critique(COLD, critic=ModelCritic(model))

    assert critique is not None
    assert (critique.step, critique.mistake, critique.source) == (1, "It was cold.", "critic")
    assert critique.advice.splitlines() == [LEAD, "> heat apple 1 with oven 1"]
    assert len(model.asked) == 1


def test_a_model_is_not_asked_where_the_successes_say_it(memory: SkillMemory) -> None:
    """A call is spent only where nothing else tells."""
    memory.record(play(WINNING, episode_id="won"))
    memory.consolidate()
    model = Answering()

    critique = memory.critique(COLD, critic=ModelCritic(model))

    assert critique is not None
    assert (critique.source, model.asked) == ("comparison", [])


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "It was cold.",
        '{"step": 2, "mistake": "It was cold."}',
        '{"step": 2, "mistake": "It was cold.", "actions": []}',
        '{"step": 2, "mistake": "It was cold.", "actions": ["", "> "]}',
        '{"step": 0, "mistake": "It was cold.", "actions": ["look"]}',
        '{"step": 99, "mistake": "It was cold.", "actions": ["look"]}',
        '{"step": "soon", "mistake": "It was cold.", "actions": ["look"]}',
        '{"step": 2, "mistake": "", "actions": ["look"]}',
        "} {",
    ],
)
def test_half_an_answer_is_no_critique(
    memory: SkillMemory, reply: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a step of the run, a mistake and actions nothing is told; the answer is logged."""
    assert memory.critique(COLD, critic=ModelCritic(Answering(reply))) is None
    assert repr(reply) in caplog.text
