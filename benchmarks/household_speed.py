"""Measure how many steps a second `envs.household` plays on one core.

    python -m benchmarks.household_speed [--seconds 5]

Random play over games of every split, one admissible command chosen at each step from all
of them; loading the games is not counted.
"""

from __future__ import annotations

import argparse
import time
from random import Random

from envs.household import HouseholdEnv, make


def open_games(count: int) -> list[HouseholdEnv]:
    """Open games spread over the splits, and play a step of each so that all is loaded."""
    suite = make(max_steps=50)
    ids = [task for split in suite.splits for task in suite.tasks(split)]
    games = [suite.open(task) for task in ids[:: max(1, len(ids) // count)]]
    for game in games:
        game.reset()
        game.step("look")
    return games


def play(game: HouseholdEnv, random: Random) -> int:
    """Play a game at random until it ends; return the number of steps."""
    _, info = game.reset()
    steps, over = 0, False
    while not over:
        commands = info["admissible_commands"]
        _, _, won, cut_off, info = game.step(commands[int(random.random() * len(commands))])
        steps, over = steps + 1, won or cut_off
    return steps


def measure(seconds: float) -> tuple[int, float]:
    """Play for about that long; return the steps played and the seconds they took."""
    games, random = open_games(100), Random(0)
    steps, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        steps += sum(play(game, random) for game in games)
    return steps, elapsed


def main() -> None:
    """Print the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to play, about")
    steps, elapsed = measure(parser.parse_args().seconds)
    print(f"{steps / elapsed:,.0f} steps a second ({steps:,} steps in {elapsed:.1f} s)")


if __name__ == "__main__":
    main()
