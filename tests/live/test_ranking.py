"""The ranking policy on a real model."""

from __future__ import annotations

from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from agents.llama import MOST_BRANCHES, Llama, ModelFile
from agents.lm_ranking import make
from agents.tries import ended
from envs.household import make as make_suite
from skillmem.errors import InvalidOption
from tests.live.models import require, small_model

STEPS = 8
SUITE = make_suite(max_steps=STEPS)
GAME = SUITE.tasks("train")[3]
PROMPT = "Goal: put a clean apple in the fridge.\n> go to table 1\nYou see a apple 1.\n>"
COMMANDS = (
    *(f" go to cabinet {number}" for number in range(1, 22)),
    " take apple 1 from table 1",
    " open fridge 1",
    " look",
)
NEAR = 0.3
"""Nats by which sums may differ: values of another batch are rounded otherwise."""


@pytest.fixture(scope="module")
def model() -> Path:
    """Find the model, and what runs it."""
    require(find_spec("llama_cpp"), "llama-cpp-python is not installed")
    return small_model()


@pytest.fixture(scope="module")
def llama(model: Path) -> Llama:
    """Load the model."""
    return Llama(ModelFile(model, context_tokens=1024, threads=1))


def test_a_batch_scores_as_each_command_alone(llama: Llama) -> None:
    """Commands that share a beginning, read together, are as likely as one by one."""
    (end,) = llama.tokenise("\n")
    commands = ended([llama.tokenise(command) for command in COMMANDS], end)
    prompt = (*llama.begin(), *llama.tokenise(PROMPT))

    together = llama.likelihoods(prompt, commands)
    alone = [llama.likelihoods(prompt, [command])[0] for command in commands]

    assert all(
        len(found) == len(command) for found, command in zip(together, commands, strict=True)
    )
    sums = np.array([[one.sum(), other.sum()] for one, other in zip(together, alone, strict=True)])
    assert np.abs(sums[:, 0] - sums[:, 1]).max() < NEAR
    assert sums[:, 0].max() < 0.0
    assert np.ptp(sums[:, 0]) > 1.0


@pytest.fixture
def plain_buffers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let llama.cpp's own wrapper do without the buffers that crash on processors with AMX."""
    from llama_cpp import llama_cpp

    usual = llama_cpp.llama_model_default_params

    def plain() -> object:
        parameters = usual()
        parameters.use_extra_bufts = False
        return parameters

    monkeypatch.setattr(llama_cpp, "llama_model_default_params", plain)


@pytest.mark.usefixtures("plain_buffers")
def test_likelihoods_are_those_of_the_library(llama: Llama, model: Path) -> None:
    """What is read as a tree in one batch is as likely as llama.cpp's own wrapper says."""
    from llama_cpp import Llama as Wrapper

    (end,) = llama.tokenise("\n")
    commands = ended([llama.tokenise(command) for command in COMMANDS[-4:]], end)
    prompt = (*llama.begin(), *llama.tokenise(PROMPT))
    wrapper = Wrapper(str(model), n_ctx=256, n_threads=1, logits_all=True, verbose=False)

    found = llama.likelihoods(prompt, commands)

    for command, tokens in zip(commands, found, strict=True):
        wrapper.reset()
        wrapper.eval([*prompt, *command])
        rows = wrapper.scores[len(prompt) - 1 : len(prompt) - 1 + len(command)].astype(float)
        expected = [
            row[token] - np.logaddexp.reduce(row) for row, token in zip(rows, command, strict=True)
        ]
        assert np.allclose(tokens, expected, atol=NEAR)


def test_many_commands_are_scored_as_few(llama: Llama) -> None:
    """Beyond what one batch holds, a command is as likely as when it stands alone."""
    (end,) = llama.tokenise("\n")
    many = [*(f" go to cabinet {number}" for number in range(1, 230)), " open fridge 1"]
    commands = ended([llama.tokenise(command) for command in many], end)
    prompt = (*llama.begin(), *llama.tokenise(PROMPT))

    together = llama.likelihoods(prompt, commands)

    for place in (0, MOST_BRANCHES - 1, MOST_BRANCHES, len(commands) - 1):
        (alone,) = llama.likelihoods(prompt, [commands[place]])
        assert abs(together[place].sum() - alone.sum()) < NEAR


def test_what_was_read_is_not_read_again(llama: Llama) -> None:
    """A prompt that goes on from the last one costs what is new in it, and gives the same."""
    commands = [llama.tokenise(command) for command in (" look", " open fridge 1")]
    start = (*llama.begin(), *llama.tokenise(PROMPT))
    grown = (*start, *llama.tokenise(" look\nNothing special.\n>"))
    llama.likelihoods(llama.tokenise("Something else."), commands)
    counts = [llama.evaluated]
    afresh = llama.likelihoods(grown, commands)
    counts.append(llama.evaluated)
    llama.likelihoods(start, commands)
    counts.append(llama.evaluated)
    again = llama.likelihoods(grown, commands)
    counts.append(llama.evaluated)

    first, _, second = (later - earlier for earlier, later in pairwise(counts))
    assert second < first / 2
    assert all(np.allclose(one, other, atol=NEAR) for one, other in zip(afresh, again, strict=True))


def test_a_real_model_plays_a_whole_episode(model: Path) -> None:
    """The agent plays to the end, is judged and metered; the same seed plays the same."""
    agent = make(model=str(model), threads=1, context_tokens=2048)

    one, again, other = (
        agent.play(SUITE.open(GAME), SUITE.task(GAME), lambda steps: "", seed)  # noqa: ARG005
        for seed in (1, 1, 2)
    )

    assert one.outcome is not None
    assert (one.ended_by, len(one.steps)) in {("limit", STEPS), ("agent", STEPS)}
    assert all(step.action in step.admissible for step in one.steps)
    assert [step.action for step in one.steps] == [step.action for step in again.steps]
    assert [step.action for step in one.steps] != [step.action for step in other.steps]
    usage = one.metadata["usage"]
    assert isinstance(usage, dict)
    assert usage["calls"] == len(one.steps)


def test_no_model_and_no_model_file_are_told(tmp_path: Path, model: Path) -> None:  # noqa: ARG001
    """A path that leads nowhere, and a file that is no model, are named."""
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF but not really")

    for path in (tmp_path / "none.gguf", broken):
        with pytest.raises(InvalidOption, match=path.name):
            make(model=str(path))
