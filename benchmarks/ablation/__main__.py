"""What each part of consolidation is worth, in paired games of the household.

Usage: python -m benchmarks.ablation [--split valid_unseen] [--builds N] [--train N] [--out FILE]

Per build one log of training games, played without a memory, and from it one memory as it is
and one without each part. All play the same games with the same chance.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

from agents.case_based import CaseBasedPolicy
from agents.play import PlainAgent
from benchmarks.ablation.guarded import Guarded
from envs.household import Suite, make
from skillmem import Config, ConsolidationConfig, Episode, RetrievalConfig, SkillMemory
from skillmem.evals.games import stripped
from skillmem.evals.statistics import difference_interval, rate_interval
from skillmem.protocols import Environment, Recall

BUDGET = 800
FIRST_SEED = 500
PLAIN = ConsolidationConfig()
PARTS: dict[str, ConsolidationConfig] = {
    "as it is": PLAIN,
    "without triage": PLAIN.model_copy(update={"triage": False}),
    "without uniting lessons": PLAIN.model_copy(update={"unite": False}),
    "with guards kept to": PLAIN,
}
GUARDED = "with guards kept to"
LANES = {"both lanes": {}, "lessons alone": {"maximum_demonstrations": 0}}


class Played(NamedTuple):
    """One game, won or not, with a memory of one build."""

    lane: str
    part: str
    build: int
    task: str
    won: bool


class Held(NamedTuple):
    """How much a memory holds."""

    part: str
    build: int
    lessons: int
    guards: int


def main(arguments: Sequence[str]) -> int:
    """Play, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", default="valid_unseen")
    parser.add_argument("--builds", type=int, default=8)
    parser.add_argument("--train", type=int, default=1000, help="training games of a build")
    parser.add_argument("--out", type=Path, help="write the games and sizes as JSON here")
    options = parser.parse_args(arguments)
    suite = make()
    tasks = suite.tasks(options.split)
    games: list[Played] = []
    sizes: list[Held] = []
    started = time.monotonic()
    for build in range(options.builds):
        log = list(_logged(suite, options.train, FIRST_SEED + build))
        for part in PARTS:
            with TemporaryDirectory() as folder:
                sizes.append(_learn(suite, log, part, build, Path(folder)))
                games += _play(suite, tasks, part, build, Path(folder))
        seconds = time.monotonic() - started
        print(f"{build + 1} of {options.builds} builds, {seconds:.0f} s", file=sys.stderr)
    if options.out is not None:
        told = {"games": [it._asdict() for it in games], "sizes": [it._asdict() for it in sizes]}
        options.out.write_text(json.dumps(told) + "\n", encoding="utf-8")
    _print_table(games, sizes, options.split)
    return 0


def _logged(suite: Suite, count: int, seed: int) -> Iterator[tuple[str, Episode]]:
    agent = PlainAgent(CaseBasedPolicy(), name="case_based", policy_kind="scripted")
    for game in suite.draw(count, seed):
        task = stripped(suite.task(game))
        yield game, agent.play(suite.open(game), task, _recall(""), _chance(seed, game))


def _learn(
    suite: Suite, log: Sequence[tuple[str, Episode]], part: str, build: int, folder: Path
) -> Held:
    games = {episode.id: game for game, episode in log}
    with SkillMemory.open(folder, config=Config(consolidation=PARTS[part])) as memory:
        for _, episode in log:
            memory.record(episode)
        memory.consolidate(replay=lambda episode: suite.open(games[episode.id]))
        lessons = [it for it in memory.items(kind="lesson") if it.kind == "lesson"]
    guards = sum(it.guard is not None for it in lessons)
    return Held(part, build, len(lessons) - guards, guards)


def _play(
    suite: Suite, tasks: Sequence[str], part: str, build: int, folder: Path
) -> Iterator[Played]:
    agent = PlainAgent(CaseBasedPolicy(), name="case_based", policy_kind="scripted")
    for lane, update in LANES.items():
        retrieval = RetrievalConfig().model_copy(update=update)
        config = Config(consolidation=PARTS[part], retrieval=retrieval)
        with SkillMemory.open(folder, config=config) as memory:
            for task_id in tasks:
                task = stripped(suite.task(task_id))
                env: Environment = suite.open(task_id)
                if part == GUARDED:
                    env = Guarded(env, memory, task)
                text = memory.retrieve(task, token_budget=BUDGET).text
                episode = agent.play(env, task, _recall(text), _chance(build, task_id))
                won = episode.outcome is not None and episode.outcome.success
                yield Played(lane, part, build, task_id, won)


def _recall(text: str) -> Recall:
    return lambda steps: text  # noqa: ARG005 - recalled once


def _chance(seed: int, game: str) -> int:
    return int(sha256(f"{seed}/{game}".encode()).hexdigest()[:8], 16)


def _print_table(games: Sequence[Played], sizes: Sequence[Held], split: str) -> None:
    table = Table(
        "memory", "lessons", "guards", *(f"{lane}: won %, against as it is" for lane in LANES)
    )
    for part in PARTS:
        held = [it for it in sizes if it.part == part]
        table.add_row(
            part,
            f"{sum(it.lessons for it in held) / len(held):.1f}",
            f"{sum(it.guards for it in held) / len(held):.1f}",
            *(_told(games, lane, part) for lane in LANES),
        )
    builds = len({it.build for it in games})
    tasks = len({it.task for it in games})
    print(f"{split}: {tasks} games, {builds} builds, 95 % intervals over builds and tasks")
    Console(width=150).print(table)


def _told(games: Sequence[Played], lane: str, part: str) -> str:
    own, plain = _won(games, lane, part), _won(games, lane, "as it is")
    numbers = {task: number for number, task in enumerate(dict.fromkeys(it.task for it in games))}
    builds, tasks = [build for build, _ in own], [numbers[task] for _, task in own]
    rate = rate_interval([float(won) for won in own.values()], builds=builds, tasks=tasks)
    told = f"{_percent(sum(own.values()) / len(own))} [{_percent(rate.low)}, {_percent(rate.high)}]"
    if part == "as it is":
        return told
    differences = [float(won) - float(plain[key]) for key, won in own.items()]
    mean = sum(differences) / len(differences)
    gap = difference_interval(differences, builds=builds, tasks=tasks)
    return f"{told}, {100 * mean:+.1f} [{100 * gap.low:+.1f}, {100 * gap.high:+.1f}]"


def _won(games: Sequence[Played], lane: str, part: str) -> dict[tuple[int, str], bool]:
    return {(it.build, it.task): it.won for it in games if (it.lane, it.part) == (lane, part)}


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
