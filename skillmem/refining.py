"""Trying a failed task again, with a critique of the last attempt in view.

What Critique-GRPO found for training (Zhang and others, 2025: a critique that says where and how
gets failed questions right which a mere "wrong" does not), as a loop at run time: nothing is
trained. The critique goes into the next prompt, and every attempt is an episode of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple, TypeVar

from pydantic import JsonValue

from skillmem.critiques import Critique
from skillmem.environments import SameBeginning, closed
from skillmem.errors import InvalidOption
from skillmem.memory import SkillMemory
from skillmem.notes import CRITIQUE, REFINES
from skillmem.protocols import Agent, Critic, Environment, Recall
from skillmem.rendering import SEPARATOR
from skillmem.types import Episode, Task

Advice = TypeVar("Advice")


class Again:
    """An agent at a further attempt: its chance falls otherwise, and the task begins as before."""

    def __init__(self, agent: Agent, number: int) -> None:
        self._agent = agent
        self._number = number

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play attempt `number`, counted from 0, where `seed` is that of the first one."""
        same = SameBeginning(env, seed)
        return self._agent.play(same, task, recall, attempt_seed(seed, self._number))


class Refinement(NamedTuple):
    """The attempts at a task, as they are stored, and the critique that each further one had."""

    attempts: tuple[Episode, ...]
    critiques: tuple[Critique, ...]

    @property
    def success(self) -> bool:
        """Whether the last attempt won."""
        outcome = self.attempts[-1].outcome
        return outcome is not None and outcome.success


class Refiner:
    """Lets an agent try a task up to `tries` times, each time with a critique of the last one.

    The critique stands before the memory's text, and both together keep the `token_budget`.
    """

    def __init__(
        self,
        memory: SkillMemory,
        agent: Agent,
        *,
        tries: int = 2,
        token_budget: int = 800,
        critic: Critic | None = None,
    ) -> None:
        if tries < 1:
            raise InvalidOption(f"tries must be 1 or more, not {tries}")
        self._memory = memory
        self._agent = agent
        self._tries = tries
        self._token_budget = token_budget
        self._critic = critic

    def refine(
        self, task: Task, open_environment: Callable[[], Environment], *, seed: int = 0
    ) -> Refinement:
        """Play `task` until it is won, at most `tries` times, and record every attempt.

        `open_environment` gives a fresh environment of the task for each attempt; it is reset
        with `seed`, and closed if it can be. The agent gets another seed for each attempt. An
        attempt that is not judged, or of which there is no critique that fits the budget, is the
        last. What the agent or the environment raises passes through; earlier attempts are kept.
        """
        critiques: list[Critique] = []

        def play(number: int, critique: Critique | None) -> Episode:
            critiques.extend([critique] if critique else [])
            with closed(env := open_environment()):
                episode = self._play(env, task, critique, number=number, seed=seed)
            return self._memory.record(_as_attempt(episode, critique, seed=seed))

        attempts = attempt(play, self._criticise, tries=self._tries)
        return Refinement(attempts, tuple(critiques))

    def _criticise(self, failure: Episode) -> Critique | None:
        critique = self._memory.critique(failure, critic=self._critic)
        if critique is None or self._memory.count_tokens(critique.text) > self._token_budget:
            return None
        return critique

    def _play(
        self, env: Environment, task: Task, critique: Critique | None, *, number: int, seed: int
    ) -> Episode:
        ids: list[str] = []

        def recall(token_budget: int) -> str:
            retrieval = self._memory.retrieve(task, token_budget=token_budget)
            ids[:] = [retrieval.id]
            return retrieval.text

        told = "" if critique is None else critique.text
        text = beside(told, recall, self._memory.count_tokens, token_budget=self._token_budget)
        agent = Again(self._agent, number) if number else self._agent
        episode = agent.play(env, task, lambda steps: text, seed)  # noqa: ARG005 - one text
        return episode.model_copy(update={"retrieval_ids": tuple(ids)})


def attempt(
    play: Callable[[int, Advice | None], Episode],
    advise: Callable[[Episode], Advice | None],
    *,
    tries: int,
) -> tuple[Episode, ...]:
    """Play until the first success, at most `tries` times; give all attempts.

    Each failure but the last is advised on: without advice there is no further attempt. Nor is
    there one after an attempt that nobody judged.
    """
    attempts = [play(0, None)]
    while len(attempts) < tries and _lost(attempts[-1]):
        advice = advise(attempts[-1])
        if advice is None:
            break
        attempts.append(play(len(attempts), advice))
    return tuple(attempts)


def attempt_seed(seed: int, number: int) -> int:
    """Give the seed of an attempt, counted from 0: the first one's is `seed` itself."""
    if number == 0:
        return seed
    return int(sha256(f"attempt {number} after {seed}".encode()).hexdigest()[:8], 16)


def beside(
    critique: str, recall: Callable[[int], str], count: Callable[[str], int], *, token_budget: int
) -> str:
    """Put a critique before as much memory as the budget leaves room for; the sum keeps it.

    `recall` gives memory's text under a budget. The critique must fit by itself.
    """
    if not critique:
        return recall(token_budget)
    room = token_budget - count(critique + SEPARATOR)
    while room > 0 and (memory := recall(room)):
        text = critique + SEPARATOR + memory
        excess = count(text) - token_budget
        if excess <= 0:
            return text
        room -= excess
    return critique


def _lost(episode: Episode) -> bool:
    return episode.outcome is not None and not episode.outcome.success


def _as_attempt(episode: Episode, critique: Critique | None, *, seed: int) -> Episode:
    """Note what an attempt refines, and the seed by which its environment begins again."""
    told: dict[str, JsonValue] = {}
    if critique is not None:
        told = {REFINES: critique.episode_id, CRITIQUE: critique.model_dump(mode="json")}
    return episode.model_copy(update={"seed": seed, "metadata": {**episode.metadata, **told}})
