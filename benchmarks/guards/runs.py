"""Runs of the household without a memory, on games that are drawn."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from agents.case_based import CaseBasedPolicy
from agents.play import PlainAgent
from envs.household import make
from skillmem import Episode
from skillmem.evals.games import stripped
from skillmem.protocols import Replay


def copies() -> Replay:
    """Give fresh copies of the games that `played` played."""
    suite = make()
    return lambda episode: suite.open(episode.id.split("/", 1)[1])


def played(count: int, seed: int) -> Iterator[Episode]:
    """Play so many drawn games, each once."""
    suite = make()
    agent = PlainAgent(CaseBasedPolicy(), name="case_based", policy_kind="scripted")
    for game in suite.draw(count, seed):
        task = stripped(suite.task(game))
        chance = int(sha256(f"{seed}/{game}".encode()).hexdigest()[:8], 16)
        episode = agent.play(suite.open(game), task, lambda steps: "", chance)  # noqa: ARG005
        yield episode.model_copy(update={"id": f"{seed}/{game}"})
