"""A policy that ranks commands by likelihood."""

from __future__ import annotations

from hashlib import file_digest
from io import BufferedReader
from pathlib import Path

import pytest

from agents.langgraph_agent import LangGraphAgent
from agents.llama import fingerprint
from agents.lm_ranking import RankingPolicy, make
from agents.play import PlainAgent
from agents.transcript import BLOCK
from skillmem.errors import InvalidOption, UnusableReply
from skillmem.protocols import Fingerprinted
from skillmem.types import Prompt, Step
from tests.agents.readers import BigramReader
from tests.agents.test_play import Counter

COMMANDS = ("take apple", "open fridge", "look")


def a_policy(reader: BigramReader | None = None, **changes: float) -> RankingPolicy:
    """Make a policy that draws nothing and remembers nothing."""
    options = {"temperature": 0.0, "repetition": 0.0} | changes
    return RankingPolicy(
        reader or BigramReader(),
        scoring="mean",
        temperature=options["temperature"],
        repetition=options["repetition"],
    )


def a_prompt(memory: str = "", actions: tuple[str, ...] = ()) -> Prompt:
    """Make a prompt after some actions."""
    steps = tuple(Step(action=action, observation="Nothing happens.") for action in actions)
    return Prompt(goal="eat", observation="You are hungry.", memory=memory, steps=steps)


def test_what_memory_shows_becomes_likelier() -> None:
    """A command that stands in memory's text is chosen, and another text chooses another."""
    for command in COMMANDS:
        memory = f"Goal: eat\n> {command}\nFine."

        assert a_policy().act(a_prompt(memory), COMMANDS, seed=0) == command


def test_prompts_only_grow() -> None:
    """Each prompt begins with the one before it, and memory's text stands first."""
    reader = BigramReader()
    policy = a_policy(reader)
    for count in range(4):
        policy.act(a_prompt("A memory.", ("look",) * count), COMMANDS, seed=0)

    assert reader.prompts[0].startswith("A memory.\n\nYou are hungry.\n\nGoal: eat\n>")
    for shorter, longer in zip(reader.prompts, reader.prompts[1:], strict=False):
        assert longer.startswith(shorter)
    assert reader.prompts[-1].endswith("> look\nNothing happens.\n>")


def test_oldest_steps_go_first_in_blocks() -> None:
    """Where the window is too small, the beginning and the newest steps are kept."""
    reader = BigramReader(room=400)
    actions = tuple(f"go to {number:03d}" for number in range(40))

    a_policy(reader).act(a_prompt("A memory.", actions), COMMANDS, seed=0)

    (prompt,) = reader.prompts
    assert prompt.startswith("A memory.")
    kept = [action for action in actions if action in prompt]
    assert kept == list(actions[-len(kept) :])
    assert 0 < len(kept) < 40
    assert (40 - len(kept)) % BLOCK == 0


def test_too_large_a_beginning_is_refused() -> None:
    """What can't be shortened is named, with what to change."""
    with pytest.raises(UnusableReply, match="context_tokens"):
        a_policy(BigramReader(room=50)).act(a_prompt("A memory." * 10), COMMANDS, seed=0)


def test_repetition_costs() -> None:
    """A command given before loses by so much per time."""
    memory = "> look\nFine."
    policy = a_policy(repetition=100.0)

    assert policy.act(a_prompt(memory), COMMANDS, seed=0) == "look"
    assert policy.act(a_prompt(memory, ("look",)), COMMANDS, seed=0) != "look"


def test_draws_depend_on_the_seed_alone() -> None:
    """The same seed draws the same, whatever the order of the commands; seeds differ."""
    policy = a_policy(temperature=5.0)
    drawn = {seed: policy.act(a_prompt(), COMMANDS, seed=seed) for seed in range(30)}

    assert set(drawn.values()) == set(COMMANDS)
    for seed, command in drawn.items():
        assert policy.act(a_prompt(), COMMANDS[::-1], seed=seed) == command


def test_nothing_to_do() -> None:
    """Without admissible commands there is no action, and no model is asked."""
    reader = BigramReader()

    assert a_policy(reader).act(a_prompt(), (), seed=0) == ""
    assert reader.prompts == []


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "model=PATH"),
        ({"model": "x.gguf", "temperature": -1}, "temperature"),
        ({"model": "x.gguf", "repetition": -1}, "repetition"),
        ({"model": "x.gguf", "scoring": "median"}, "median"),
        ({"model": "x.gguf", "context_tokens": 10}, "context_tokens"),
        ({"model": "x.gguf", "threads": -1}, "threads"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], named: str) -> None:
    """An option that can't be used is refused before any model is loaded."""
    with pytest.raises(InvalidOption, match=named):
        make(**options)  # type: ignore[arg-type]


def test_an_agent_tells_which_model_it_has() -> None:
    """What the reader tells of itself reaches whoever asks the agent, in both loops."""
    loops = (PlainAgent, LangGraphAgent)

    for loop in loops:
        agent = loop(a_policy(), name="bigrams", policy_kind="model")
        assert isinstance(agent, Fingerprinted)
        assert agent.fingerprint() == "bigrams"
    assert loops[0](Counter(), name="counter", policy_kind="scripted").fingerprint() == ""


def test_a_model_is_its_files_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another content under the same name is another model; a file is read once while it stays."""
    model, same = tmp_path / "tiny.gguf", tmp_path / "same.gguf"
    reads: list[str] = []

    def counted(file: BufferedReader, method: str) -> object:
        reads.append(file.name)
        return file_digest(file, method)

    monkeypatch.setattr("agents.files.file_digest", counted)
    for path in (model, same):
        path.write_bytes(b"one")

    before = fingerprint(model)
    assert fingerprint(model) == before == fingerprint(same)
    assert reads == [str(model), str(same)]
    model.write_bytes(b"another")
    assert fingerprint(model) != before
