"""What each part of consolidation is worth, in paired games of the household.

Usage: python -m benchmarks.ablation [--split valid_unseen] [--builds N] [--train N] [--out FILE]

Per build one log of training games, played without a memory, and from it one memory as it is
and one without each part. All play the same games with the same chance.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from agents.case_based import CaseBasedPolicy
from agents.play import PlainAgent
from benchmarks.ablation.guarded import Guarded
from benchmarks.ablation.results import AS_IT_IS, Ablation, Held, Played
from envs.household import Suite, make
from skillmem import Config, ConsolidationConfig, Episode, RetrievalConfig, SkillMemory
from skillmem.evals.games import stripped
from skillmem.protocols import Environment, Recall

BUDGET = 800
FIRST_SEED = 500
PLAIN = ConsolidationConfig()
PARTS: dict[str, ConsolidationConfig] = {
    AS_IT_IS: PLAIN,
    "without triage": PLAIN.model_copy(update={"triage": False}),
    "without uniting lessons": PLAIN.model_copy(update={"unite": False}),
    "with guards kept to": PLAIN,
}
GUARDED = "with guards kept to"
LANES = {"both lanes": {}, "lessons alone": {"maximum_demonstrations": 0}}


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
    games: dict[tuple[str, str], list[str]] = {}
    held: dict[str, list[tuple[int, int]]] = {part: [] for part in PARTS}
    started = time.monotonic()
    for build in range(options.builds):
        log = list(_logged(suite, options.train, FIRST_SEED + build))
        for part in PARTS:
            with TemporaryDirectory() as folder:
                held[part].append(_learn(suite, log, part, Path(folder)))
                for lane in LANES:
                    won = _play(suite, tasks, part, lane, build=build, folder=Path(folder))
                    games.setdefault((part, lane), []).append(won)
        seconds = time.monotonic() - started
        print(f"{build + 1} of {options.builds} builds, {seconds:.0f} s", file=sys.stderr)
    found = Ablation(
        command=f"python -m benchmarks.ablation --split {options.split} "
        f"--builds {options.builds} --train {options.train}",
        split=options.split,
        train=options.train,
        games=tuple(
            Played(part=part, lane=lane, builds=tuple(won)) for (part, lane), won in games.items()
        ),
        held=tuple(_mean(part, sizes) for part, sizes in held.items()),
    )
    if options.out is not None:
        options.out.write_text(f"{found.model_dump_json(indent=1)}\n", encoding="utf-8")
    _print_table(found)
    return 0


def _mean(part: str, sizes: Sequence[tuple[int, int]]) -> Held:
    lessons, guards = (sum(counts) / len(sizes) for counts in zip(*sizes, strict=True))
    return Held(part=part, lessons=lessons, guards=guards)


def _logged(suite: Suite, count: int, seed: int) -> Iterator[tuple[str, Episode]]:
    agent = PlainAgent(CaseBasedPolicy(), name="case_based", policy_kind="scripted")
    for game in suite.draw(count, seed):
        task = stripped(suite.task(game))
        yield game, agent.play(suite.open(game), task, _recall(""), _chance(seed, game))


def _learn(
    suite: Suite, log: Sequence[tuple[str, Episode]], part: str, folder: Path
) -> tuple[int, int]:
    """Make the memory of a part, and count its lessons and guards."""
    games = {episode.id: game for game, episode in log}
    with SkillMemory.open(folder, config=Config(consolidation=PARTS[part])) as memory:
        for _, episode in log:
            memory.record(episode)
        memory.consolidate(replay=lambda episode: suite.open(games[episode.id]))
        lessons = [it for it in memory.items(kind="lesson") if it.kind == "lesson"]
    guards = sum(it.guard is not None for it in lessons)
    return len(lessons) - guards, guards


def _play(
    suite: Suite, tasks: Sequence[str], part: str, lane: str, *, build: int, folder: Path
) -> str:
    """Play all games with a memory, and tell which were won."""
    agent = PlainAgent(CaseBasedPolicy(), name="case_based", policy_kind="scripted")
    retrieval = RetrievalConfig().model_copy(update=LANES[lane])
    config = Config(consolidation=PARTS[part], retrieval=retrieval)
    won = ""
    with SkillMemory.open(folder, config=config) as memory:
        for task_id in tasks:
            task = stripped(suite.task(task_id))
            env: Environment = suite.open(task_id)
            if part == GUARDED:
                env = Guarded(env, memory, task)
            text = memory.retrieve(task, token_budget=BUDGET).text
            episode = agent.play(env, task, _recall(text), _chance(build, task_id))
            won += str(int(episode.outcome is not None and episode.outcome.success))
    return won


def _recall(text: str) -> Recall:
    return lambda steps: text  # noqa: ARG005 - recalled once


def _chance(seed: int, game: str) -> int:
    return int(sha256(f"{seed}/{game}".encode()).hexdigest()[:8], 16)


def _print_table(found: Ablation) -> None:
    lanes = (f"{lane}: won %, against as it is" for lane in found.lanes)
    table = Table("memory", "lessons", "guards", *lanes)
    for row in found.rows():
        table.add_row(*row)
    builds = len(found.games[0].builds)
    games = len(found.games[0].builds[0])
    print(f"{found.split}: {games} games, {builds} builds, 95 % intervals over builds and tasks")
    Console(width=150).print(table)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
