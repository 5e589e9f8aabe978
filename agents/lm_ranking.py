"""A policy for language models too small to chat: the likeliest of the admissible commands.

The model reads a transcript (`agents.transcript`) and is asked how likely each admissible
command is to come next. With `temperature` above 0 a command is drawn from the softmax of
their scores over the temperature; the noise depends on the seed, the step and the command alone,
so compared runs share it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, Protocol, get_args

import numpy as np

from agents.llama import MOST_BRANCHES, Likelihoods, ModelFile, Tokens, open_llama
from agents.noise import gumbel
from agents.play import PlainAgent
from agents.transcript import continuation, first_kept, opening, turn
from agents.tries import build_trie, ended
from skillmem.errors import InvalidOption, UnusableReply
from skillmem.llms import Usage
from skillmem.types import Prompt

Scoring = Literal["constrained", "sum", "mean"]
LINE_END = "\n"
LEAST_CONTEXT = 256


class Reader(Protocol):
    """A language model that says how likely continuations are. `agents.llama.Llama` is one."""

    @property
    def room(self) -> int:
        """Tell how many tokens fit."""
        ...

    @property
    def evaluated(self) -> int:
        """Tell how many tokens were read so far, those that the cache held not counted."""
        ...

    def fingerprint(self) -> str:
        """Identify the model and what runs it."""
        ...

    def begin(self) -> Tokens:
        """Give what every prompt begins with."""
        ...

    def forget(self) -> None:
        """Read what comes as if nothing had been read before."""
        ...

    def tokenise(self, text: str) -> Tokens:
        """Split a text into tokens."""
        ...

    def likelihoods(
        self, prompt: Sequence[int], continuations: Sequence[Tokens]
    ) -> list[Likelihoods]:
        """Give the log-probability of every token of each continuation."""
        ...


class RankingPolicy:
    """Chooses by likelihood. The same arguments give the same action.

    A command's score is the `sum` or the `mean` of its tokens' log-probabilities; or, as in
    decoding under a grammar that allows just the admissible commands (`constrained`), the sum
    with each token's probability taken among those that the grammar allows there. Then what
    can't be otherwise costs nothing, and long commands are neither favoured nor put back.
    """

    def __init__(
        self, reader: Reader, *, temperature: float, scoring: Scoring, repetition: float
    ) -> None:
        self._reader = reader
        self._temperature = temperature
        self._scoring = scoring
        self._repetition = repetition
        self._calls = 0

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Choose a command; an empty one when none is admissible."""
        if not admissible:
            return ""
        if not prompt.steps:
            self._reader.forget()  # what was read before an episode must not show in it
        scores = self.scores(prompt, admissible)
        number = len(prompt.steps)
        done = Counter(step.action for step in prompt.steps)
        noisy = [
            score
            - self._repetition * done[command]
            + self._temperature * gumbel(seed, number, command)
            for score, command in zip(scores, admissible, strict=True)
        ]
        return admissible[int(np.argmax(noisy))]

    @property
    def usage(self) -> Usage:
        """Tell how often the model was asked, and how many tokens it has read, so far."""
        return Usage(calls=self._calls, prompt_tokens=self._reader.evaluated)

    def fingerprint(self) -> str:
        """Identify the model and what runs it."""
        return self._reader.fingerprint()

    def scores(self, prompt: Prompt, admissible: Sequence[str]) -> list[float]:
        """Score each command."""
        self._calls += 1
        read = self._reader
        end = read.tokenise(LINE_END)[-1]  # some vocabularies put a blank before it
        commands = ended([read.tokenise(continuation(command)) for command in admissible], end)
        found = read.likelihoods(self._prompt(prompt, commands), commands)
        if self._scoring == "constrained":
            found = among_allowed(commands, found)
        summed = np.mean if self._scoring == "mean" else np.sum
        return [float(summed(tokens)) for tokens in found]

    def _prompt(self, prompt: Prompt, commands: Sequence[Tokens]) -> list[int]:
        read = self._reader
        head = (*read.begin(), *read.tokenise(opening(prompt)))
        turns = [read.tokenise(turn(step)) for step in prompt.steps]
        room = read.room - len(head) - widest(commands)
        if room < 0:
            raise UnusableReply(
                f"a prompt of {len(head)} tokens and {len(commands)} commands exceeds the "
                f"{read.room} of the context; raise `context_tokens`, or lower the budget"
            )
        kept = turns[first_kept([len(tokens) for tokens in turns], room) :]
        return [*head, *(token for tokens in kept for token in tokens)]


def widest(commands: Sequence[Tokens]) -> int:
    """Count the most tokens that stand behind the prompt while commands are read."""
    chunks = range(0, len(commands), MOST_BRANCHES)
    return max(len(build_trie(commands[start : start + MOST_BRANCHES]).nodes) for start in chunks)


def among_allowed(
    sequences: Sequence[Tokens], likelihoods: Sequence[Likelihoods]
) -> list[Likelihoods]:
    """Take each token's log-probability among the tokens that some sequence has there."""
    allowed: dict[Tokens, dict[int, float]] = {}
    for sequence, found in zip(sequences, likelihoods, strict=True):
        for place, token in enumerate(sequence):
            allowed.setdefault(sequence[:place], {})[token] = float(found[place])
    totals = {
        beginning: float(np.logaddexp.reduce(list(choices.values())))
        for beginning, choices in allowed.items()
    }
    return [
        found - np.array([totals[sequence[:place]] for place in range(len(sequence))])
        for sequence, found in zip(sequences, likelihoods, strict=True)
    ]


def make(
    *,
    model: str = "",
    temperature: float = 0.1,
    scoring: Scoring = "mean",
    repetition: float = 0.5,
    context_tokens: int = 4096,
    threads: int = 0,
) -> PlainAgent:
    """Make the agent.

    `model` is the path of a GGUF file. `repetition` is what a command's score loses for each
    time it was given before. `threads` 0 takes every core.

    Raises:
        InvalidOption: there is no such model, or another option can't be used.
        MissingExtra: llama-cpp-python isn't installed.
    """
    if not model:
        raise InvalidOption(
            "which model? name a GGUF file: --agent-option model=PATH (`make models` fetches some)"
        )
    if scoring not in get_args(Scoring):
        raise InvalidOption(f"scoring {scoring!r} is none of {', '.join(get_args(Scoring))}")
    for name, value, least in (
        ("temperature", temperature, 0),
        ("repetition", repetition, 0),
        ("context_tokens", context_tokens, LEAST_CONTEXT),
        ("threads", threads, 0),
    ):
        if value < least:
            raise InvalidOption(f"{name} must be {least} or more, not {value}")
    path = Path(model).expanduser()
    file = ModelFile(path, context_tokens, threads or os.cpu_count() or 1)
    policy = RankingPolicy(
        open_llama(file), temperature=temperature, scoring=scoring, repetition=repetition
    )
    return PlainAgent(policy, name=f"lm_ranking:{path.name}", policy_kind="model")
