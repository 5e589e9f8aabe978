"""One game in both engines, command by command."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from envs import household
from envs.alfworld.suite import OfficialSuite
from skillmem.protocols import Environment, Info
from tests.parity.players import Assignment, Player, players

ENDLESS = 10**6
NOTHING_HAPPENS = "Nothing happens."


class Side(NamedTuple):
    """What one engine shows."""

    observation: str
    commands: frozenset[str]
    won: bool


class Difference(NamedTuple):
    """Where the two part: the game, who played it, the commands up to there, both sides."""

    task_id: str
    player: str
    history: tuple[str, ...]
    ours: Side
    theirs: Side


class Comparison(NamedTuple):
    """A game compared: its steps by what was done, how often it was won, the differences."""

    task_id: str
    steps: Counter[str]
    won: int
    differences: tuple[Difference, ...]


def compare(asked: Assignment) -> Comparison:
    """Play one game in both engines with each of its players, each up to a difference."""
    suites = household.make(max_steps=ENDLESS), OfficialSuite(max_steps=ENDLESS)
    ours, theirs = (suite.open(asked.task_id) for suite in suites)
    steps: Counter[str] = Counter()
    won = 0
    differences = []
    for player in players(
        asked,
        walkthrough=suites[0].walkthrough(asked.task_id),
        plan=suites[0].expert(asked.task_id),
    ):
        history = []
        for command, one, other in _play(ours, theirs, player):
            if command is not None:
                history.append(command)
                steps["nothing" if other.observation == NOTHING_HAPPENS else _verb(command)] += 1
            won += other.won
            if one != other:
                found = Difference(asked.task_id, player.name, tuple(history), one, other)
                differences.append(found)
                break
    theirs.close()
    return Comparison(asked.task_id, steps, won, tuple(differences))


def _play(
    ours: Environment, theirs: Environment, player: Player
) -> Iterator[tuple[str | None, Side, Side]]:
    """Give both sides at the start and after every command, until the game is won."""
    one, other = _side(*ours.reset()), _side(*theirs.reset())
    yield None, one, other
    while not other.won:
        command = player.next(sorted(other.commands))
        if command is None:
            return
        one, other = _step(ours, command), _step(theirs, command)
        yield command, one, other


def _step(environment: Environment, command: str) -> Side:
    observation, _, _, _, info = environment.step(command)
    return _side(observation, info)


def _side(observation: str, info: Info) -> Side:
    return Side(observation, frozenset(info["admissible_commands"]), info["won"])


def _verb(command: str) -> str:
    return command.split(maxsplit=1)[0]
