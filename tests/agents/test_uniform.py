"""The agent that chooses at random."""

from __future__ import annotations

from collections import Counter

from agents.uniform import UniformPolicy, make
from skillmem.testing.suites import ChoreSuite
from skillmem.types import Prompt

COMMANDS = ("look", "wait", "go north")


def test_every_command_is_as_likely() -> None:
    """Over many seeds each command is chosen about as often as the others."""
    chosen = Counter(_choose(COMMANDS, seed=seed) for seed in range(3000))

    assert set(chosen) == set(COMMANDS)
    assert all(abs(count - 1000) < 120 for count in chosen.values())


def test_a_choice_is_by_its_key() -> None:
    """Neither the order of the commands nor memory's text changes it; no command gives none."""
    for seed in range(20):
        assert _choose(COMMANDS, seed=seed) == _choose(COMMANDS[::-1], seed=seed, memory="> wait")
    assert _choose((), seed=1) == ""


def test_it_plays_in_the_plain_loop() -> None:
    """It plays an episode to its end, the same again for the same seed."""
    agent, suite = make(), ChoreSuite()
    task_id = suite.tasks("valid")[0]

    one, two = (
        agent.play(suite.open(task_id), suite.task(task_id), lambda steps: "", seed=3)  # noqa: ARG005
        for _ in range(2)
    )

    assert (agent.policy, agent.policy_kind) == ("uniform", "scripted")
    assert one.steps == two.steps
    assert one.outcome is not None


def _choose(commands: tuple[str, ...], *, seed: int, memory: str = "") -> str:
    prompt = Prompt(goal="water the fern", observation="A fern.", memory=memory)
    return UniformPolicy().act(prompt, commands, seed=seed)
