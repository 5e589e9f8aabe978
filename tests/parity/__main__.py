"""Compare the household with ALFWorld's own engine on every official game and on drawn ones.

    python -m tests.parity

Prints the games and steps that were compared. Exits with 1 where a difference is found, where
fewer games or steps than promised were compared, or where a game was never won: a comparison
that never saw `won` says nothing of it.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing import get_context

from envs import household
from envs.alfworld.engine import require_engine
from skillmem.errors import MissingExtra
from tests.parity.compare import Comparison, Difference, compare
from tests.parity.players import Assignment

OFFICIAL_GAMES = 474
FEWEST_STEPS = 20_000
MOST_SHOWN = 10
PROGRESS_EVERY = 60.0


def main() -> int:
    """Compare, print what was found, and give the exit code."""
    options = _parser().parse_args()
    try:
        require_engine()
    except MissingExtra as error:
        print(error, file=sys.stderr)
        return 1
    suite = household.make()
    official = [task for split in suite.splits for task in suite.tasks(split)]
    drawn = suite.draw(options.drawn, options.seed)
    asked = [Assignment(task, options.steps, options.seeds) for task in (*official, *drawn)]
    started = time.monotonic()
    found = list(_told(_compared(asked, processes=options.processes), total=len(asked)))
    return _report(found, official=frozenset(official), seconds=time.monotonic() - started)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawn", type=int, default=300, help="how many games to draw")
    parser.add_argument("--seed", type=int, default=0, help="the seed they are drawn from")
    parser.add_argument("--seeds", type=int, default=2, help="random plays a game")
    parser.add_argument("--steps", type=int, default=40, help="commands a random play")
    parser.add_argument("--processes", type=int, default=2)
    return parser


def _compared(asked: Sequence[Assignment], *, processes: int) -> Iterator[Comparison]:
    """Compare in processes started afresh, whose hashes differ: order must not depend on them."""
    with get_context("spawn").Pool(processes) as pool:
        yield from pool.imap_unordered(compare, asked, chunksize=4)


def _told(found: Iterator[Comparison], *, total: int) -> Iterator[Comparison]:
    """Print each difference as it is found, and now and then how far it is."""
    shown, told = 0, time.monotonic()
    for number, comparison in enumerate(found, start=1):
        for difference in comparison.differences[: MOST_SHOWN - shown]:
            print(describe(difference), flush=True)
        shown = min(MOST_SHOWN, shown + len(comparison.differences))
        if time.monotonic() - told > PROGRESS_EVERY:
            told = time.monotonic()
            print(f"{number} of {total} games", flush=True)
        yield comparison


def describe(difference: Difference) -> str:
    """Tell a difference: the game, the commands, and what each side says of the last one."""
    ours, theirs = difference.ours, difference.theirs
    lines = [
        f"DIFFERENCE in {difference.task_id}, played by {difference.player}",
        *(f"  > {command}" for command in difference.history),
    ]
    if ours.observation != theirs.observation:
        lines += [f"  household: {ours.observation!r}", f"  ALFWorld:  {theirs.observation!r}"]
    if ours.commands != theirs.commands:
        lines.append(f"  household alone admits: {sorted(ours.commands - theirs.commands)}")
        lines.append(f"  ALFWorld alone admits:  {sorted(theirs.commands - ours.commands)}")
    if ours.won != theirs.won:
        lines.append(f"  won: household {ours.won}, ALFWorld {theirs.won}")
    return "\n".join(lines)


def _report(found: Sequence[Comparison], *, official: frozenset[str], seconds: float) -> int:
    played = Counter(comparison.task_id in official for comparison in found)
    steps = sum((comparison.steps for comparison in found), Counter[str]())
    differences = sum(len(comparison.differences) for comparison in found)
    done = ", ".join(f"{verb} {number}" for verb, number in steps.most_common())
    print(
        f"{played[True]} official games, {played[False]} drawn ones, {steps.total()} steps, "
        f"{sum(comparison.won for comparison in found)} plays won, {differences} differences, "
        f"{seconds:.0f} s\nsteps: {done}"
    )
    enough = played[True] == OFFICIAL_GAMES and steps.total() >= FEWEST_STEPS
    if not enough:
        print(f"too few: {OFFICIAL_GAMES} official games and {FEWEST_STEPS} steps are promised")
    never_won = [comparison.task_id for comparison in found if not comparison.won]
    if never_won:
        print(f"never won: {', '.join(never_won[:MOST_SHOWN])} ({len(never_won)} games)")
    return 0 if enough and not differences and not never_won else 1


if __name__ == "__main__":
    sys.exit(main())
