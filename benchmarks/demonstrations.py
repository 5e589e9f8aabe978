"""Measure how short demonstrations are, and whether they lead to their goal when played.

    python -m benchmarks.demonstrations [--games 800] [--seed 31]

Official training games are played by the expert, drawn ones by the scripted agent. Every success
is compacted with replays, as `consolidate(replay=...)` does it, and each demonstration that calls
itself replayed is then played in a fresh copy of its game. Ends with exit code 1 when a figure
falls short. The expert's plans hold nothing that could be left out: their length is told, and
only the agent's is asked to shrink.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from itertools import groupby
from statistics import fmean
from typing import NamedTuple

from benchmarks.household_runs import HouseholdRuns, successes
from skillmem.consolidation import BuiltInDistiller, Instruments, distil
from skillmem.structure import LearntEntityFinder
from skillmem.types import Demonstration, Episode, Lexicon, Logged

EXPERTS = 200
VERIFIED = 0.95
REPLAYED = 1.0
LENGTH = 0.70
AGENT = "case_based"


class Made(NamedTuple):
    """A success, the demonstration made of it, and whether that wins when it is played."""

    recorded: Episode
    demonstration: Demonstration
    wins: bool

    @property
    def verified(self) -> bool:
        """Tell whether it says that it was replayed."""
        return self.demonstration.verified == "replayed"

    @property
    def share(self) -> float:
        """Give its length as a share of what was recorded."""
        return len(self.demonstration.steps) / len(self.recorded.steps)


class Figures(NamedTuple):
    """What was measured on some successes."""

    successes: int
    verified: float
    replayed: float
    length: float
    steps: float

    @property
    def true(self) -> bool:
        """Tell whether enough are verified, and all that say so win."""
        return self.verified >= VERIFIED and self.replayed >= REPLAYED


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 1 when one falls short."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--games", type=int, default=800, help="official ones (200 at most), then drawn"
    )
    parser.add_argument("--seed", type=int, default=31, help="of the drawn games")
    options = parser.parse_args(arguments)
    runs = HouseholdRuns()
    experts = min(EXPERTS, options.games // 2)
    played = [*runs.expert(experts), *runs.drawn(options.games - experts, seed=options.seed)]
    won = successes(played)
    started = time.perf_counter()
    demonstrations, replays = _make(won, runs)
    seconds = time.perf_counter() - started
    made = [
        Made(episode, item, _wins(item, episode, runs))
        for episode, item in zip(won, demonstrations, strict=True)
    ]
    print(f"{len(played)} games played, {len(won)} won")
    by_agent = {agent: _figures(list(it)) for agent, it in groupby(made, _agent)}
    for agent, figures in by_agent.items():
        _print(agent, figures)
    print(f"{seconds / len(won):.4f} s and {replays / len(won):.1f} replays a success")
    true = all(figures.true for figures in by_agent.values())
    return int(not (true and by_agent[AGENT].length <= LENGTH))


def _agent(made: Made) -> str:
    return made.recorded.agent


def _make(won: Sequence[Episode], runs: HouseholdRuns) -> tuple[tuple[Demonstration, ...], int]:
    """Consolidate successes without merging them, so that each is looked at."""
    found = distil(
        [Logged(episode=it) for it in won],
        known=(),
        lexicon=Lexicon(),
        instruments=Instruments(LearntEntityFinder(), BuiltInDistiller(), runs.replay),
    )
    return found.demonstrations, found.cost.replays


def _wins(demonstration: Demonstration, episode: Episode, runs: HouseholdRuns) -> bool:
    """Play a demonstration in a fresh copy of its game; tell whether its last step wins it."""
    env = runs.open(episode)
    env.reset(seed=episode.seed)
    won = False
    for step in demonstration.steps:
        *_, info = env.step(step.action)
        won = bool(info["won"])
    return won


def _figures(made: Sequence[Made]) -> Figures:
    verified = [it for it in made if it.verified]
    return Figures(
        successes=len(made),
        verified=len(verified) / len(made),
        replayed=fmean(it.wins for it in verified) if verified else 0.0,
        length=fmean(it.share for it in made),
        steps=fmean(len(it.demonstration.steps) for it in made),
    )


def _print(agent: str, figures: Figures) -> None:
    asked = f" (at most {LENGTH:.2f})" if agent == AGENT else ""
    print(
        f"{agent}: {figures.successes} successes, {figures.verified:.3f} verified (at least "
        f"{VERIFIED}), {figures.replayed:.3f} of these win when played ({REPLAYED}); "
        f"{figures.steps:.1f} steps, {figures.length:.3f} of what was recorded{asked}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
