"""Successes without loops, detours and actions that did nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

from skillmem.consolidation.ladders import led_to_end
from skillmem.protocols import Environment, Replay
from skillmem.structure.states import credible, effects, without_loops
from skillmem.structure.templates import Reader
from skillmem.types import Episode, Step, Verified

logger = logging.getLogger("skillmem")

Indices = tuple[int, ...]


class Compacted(NamedTuple):
    """The steps that are kept, whether they were played to success, and the replays spent.

    `recorded` are the same steps as they were recorded, what was admissible included.
    """

    steps: tuple[Step, ...]
    verified: Verified
    replays: int
    recorded: tuple[Step, ...] = ()


class Take(NamedTuple):
    """One replay that won: which of the episode's steps were played, and what came of them."""

    indices: Indices
    steps: tuple[Step, ...]


class Player:
    """Plays parts of an episode in fresh copies of its environment."""

    def __init__(self, episode: Episode, replay: Replay, *, limit: int) -> None:
        self._episode = episode
        self._replay = replay
        self._left = limit
        self.replays = 0

    @property
    def exhausted(self) -> bool:
        """Tell whether the limit of replays is reached."""
        return self._left == 0

    def play(self, indices: Sequence[int]) -> Take | None:
        """Play these steps in a fresh environment; give the part that won, if it did."""
        if self.exhausted:
            return None
        self._left -= 1
        self.replays += 1
        try:
            environment = self._replay(self._episode)
            return None if environment is None else self._run(environment, indices)
        except Exception as error:  # noqa: BLE001 - an environment is foreign code: it may raise anything
            logger.warning("replay of episode %s failed: %r", self._episode.id, error)
            return None

    def _run(self, environment: Environment, indices: Sequence[int]) -> Take | None:
        environment.reset(seed=self._episode.seed)
        played: list[Step] = []
        for place, index in enumerate(indices, start=1):
            step = self._episode.steps[index]
            observation, reward, terminated, truncated, info = environment.step(step.action)
            played.append(
                step.model_copy(
                    update={"observation": observation, "admissible": (), "reward": reward}
                )
            )
            if info.get("won", terminated and reward > 0):
                return Take(tuple(indices[:place]), tuple(played))
            if terminated or truncated:
                return None
        return None


def compact(
    episode: Episode, *, reader: Reader, replay: Replay | None = None, limit: int = 0
) -> Compacted:
    """Shorten a success to steps that still succeed.

    With `replay`, parts are left out as long as what remains wins when it is played in a
    fresh environment, and the steps are those of the last replay that won. Without it, or
    when the episode itself doesn't win there, only actions that were refused or failed, and
    closed loops are dropped.
    """
    if replay is None or not episode.steps:
        return _unverified(episode, reader, replays=0)
    player = Player(episode, replay, limit=limit)
    take = player.play(range(len(episode.steps)))
    if take is None:
        logger.info("episode %s can't be replayed to success; kept unverified", episode.id)
        return _unverified(episode, reader, replays=player.replays)
    best = _shortest(take, episode, reader, player)
    recorded = tuple(episode.steps[index] for index in best.indices)
    return Compacted(best.steps, "replayed", player.replays, recorded)


def _unverified(episode: Episode, reader: Reader, *, replays: int) -> Compacted:
    recorded = cautiously(episode, reader)
    steps = tuple(step.model_copy(update={"admissible": ()}) for step in recorded)
    return Compacted(steps, "unverified", replays, recorded)


def cautiously(episode: Episode, reader: Reader) -> tuple[Step, ...]:
    """Drop only what was refused, errors and closed loops; the last step always stays.

    Loops are looked for as the run went: leaving out a step would put others side by side
    that were apart.
    """
    steps = episode.steps
    refused = credible(steps, reader.lexicon.refusals)
    effective = {id(step) for step, it in zip(steps, effects(steps, refused), strict=True) if it}
    return tuple(
        step for step in without_loops(steps) if id(step) in effective or step is steps[-1]
    )


def _shortest(take: Take, episode: Episode, reader: Reader, player: Player) -> Take:
    """Leave out what can be left out: what a guess finds first, then ever smaller parts."""
    take = player.play(led_to_end(episode.steps, take.indices, reader)) or take
    size = len(take.indices) // 2
    while size and not player.exhausted:
        shorter = _without_chunks(take, size, player)
        settled = len(shorter.indices) == len(take.indices)
        take = shorter
        if size > 1 or settled:
            size //= 2
    return take


def _without_chunks(take: Take, size: int, player: Player) -> Take:
    """Try to leave out each run of `size` steps, from the end to the beginning."""
    stop = len(take.indices)
    while stop > 0:
        start = max(0, stop - size)
        rest = (*take.indices[:start], *take.indices[stop:])
        take = (player.play(rest) if rest else None) or take
        stop = min(start, len(take.indices))
    return take
