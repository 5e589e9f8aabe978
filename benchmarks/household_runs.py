"""Runs of the household's training games, and each run's game to play it again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from itertools import islice

from agents.case_based import make as make_agent
from envs.household import HouseholdEnv, Suite, make
from skillmem.evals.collection import no_memory, play_expert
from skillmem.evals.games import stripped
from skillmem.protocols import Environment, Recall
from skillmem.types import Episode, Task

MOST_GAMES = 1_000_000
"""Games that may be drawn from one seed; the first ones don't depend on how many."""

Recaller = Callable[[Task], Recall]


def remember_nothing(_: Task) -> Recall:
    """Recall nothing, whatever the task."""
    return no_memory


class HouseholdRuns:
    """Plays training games, one episode each, and remembers which game an episode played.

    An episode's id and its agent's seed come of its game alone, so that two ways to remember
    meet the same games with the same noise.
    """

    def __init__(self) -> None:
        self._suite: Suite = make()
        self._agent = make_agent()
        self._games: dict[str, str] = {}

    def drawn(
        self, count: int, *, seed: int, recaller: Recaller = remember_nothing
    ) -> Iterator[Episode]:
        """Let the scripted agent play `count` games drawn anew."""
        for game in self._suite.draw(count, seed):
            task = stripped(self._suite.task(game))
            env = self._suite.open(game)
            yield self._named(game, self._agent.play(env, task, recaller(task), seed_of(game)))

    def expert(self, count: int) -> Iterator[Episode]:
        """Let the expert play the first official training games."""
        for game in islice(self._suite.tasks("train"), count):
            task, env = stripped(self._suite.task(game)), self._suite.open(game)
            yield self._named(game, play_expert(self._suite, env, task_id=game, task=task))

    def open(self, episode: Episode) -> HouseholdEnv:
        """Give a fresh copy of the game that an episode played."""
        return self._suite.open(self._games[episode.id])

    def replay(self, episode: Episode) -> Environment:
        """Give the same, as `consolidate` takes it."""
        return self.open(episode)

    def _named(self, game: str, episode: Episode) -> Episode:
        name = sha256(f"{episode.agent} {game}".encode()).hexdigest()[:32]
        self._games[name] = game
        return episode.model_copy(update={"id": name})


def seed_of(game: str) -> int:
    """Give the seed with which a game is played."""
    return int(sha256(game.encode()).hexdigest()[:8], 16)


def successes(episodes: Iterable[Episode]) -> list[Episode]:
    """Give the runs that won."""
    return [it for it in episodes if it.outcome is not None and it.outcome.success]
