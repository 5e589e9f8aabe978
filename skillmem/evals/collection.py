"""One build: its training games played into one log, and the memory made of that log."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from skillmem.environments import closed
from skillmem.errors import NothingJudged
from skillmem.evals.deadline import Deadline
from skillmem.evals.failing import open_task, play_task, told_with, why_unjudged
from skillmem.evals.folder import read_records, write_records
from skillmem.evals.games import evaluated_tasks, require_no_leak, stripped, training_tasks
from skillmem.evals.journal import Journal, Turn
from skillmem.evals.loading import load_collector
from skillmem.evals.plan import Plan, keyed
from skillmem.evals.results import BuildResult
from skillmem.memory import SkillMemory
from skillmem.notes import USAGE
from skillmem.protocols import Agent, Environment, ExpertSuite, Suite
from skillmem.types import EndedBy, Episode, Outcome, Record, Step, Task

NAMESPACE = ("bench",)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
EXPERT = "expert"
ENOUGH = 5
"""Games after which it is no chance that none was judged."""


class TrainingGame(Record):
    """Which game an episode of the log played. Agent and memory never see this."""

    episode_id: str
    task_id: str
    label: str
    collected: bool


class Bench(NamedTuple):
    """What a worker plays with."""

    plan: Plan
    suite: Suite
    agent: Agent


def prepare(bench: Bench, folder: Path, *, build: int, deadline: Deadline) -> None:
    """Play a build's training games, remember them, consolidate; keep all of it in `folder`.

    The folder appears in one piece, once all games are played. Each game is kept beside it when
    it is over, and the next call goes on behind it. Preparing a build that is there does nothing.

    Raises:
        LeakFound: a training game is evaluated as well.
        NothingJudged: not one of the agent's training games was judged.
    """
    if folder.exists():
        return
    games = tuple(_games(bench, build))
    require_no_leak(
        bench.suite,
        training=[game.task_id for game in games],
        evaluated=evaluated_tasks(bench.suite, bench.plan),
    )
    draft = folder.with_name(f"{folder.name}.draft")
    journal = Journal(draft / "log.jsonl", Turn, deadline)
    log = tuple(_play(bench, journal, games=games, build=build))
    if len(log) < len(games):
        return
    _require_judged(games, log)
    shutil.rmtree(draft / "memory", ignore_errors=True)
    result = _learn(bench, draft / "memory", games=games, log=log, build=build)
    write_records(draft / "games.jsonl", games)
    write_records(draft / "result.jsonl", [result])
    draft.replace(folder)


def _require_judged(games: Sequence[TrainingGame], log: Sequence[Episode]) -> None:
    """Refuse to go on with an agent of which not a single training game was judged."""
    own = [it for game, it in zip(games, log, strict=True) if not game.collected]
    if len(own) >= ENOUGH and all(it.outcome is None for it in own):
        raise NothingJudged(
            f"none of the agent's {len(own)} training games of a build was judged "
            f"({why_unjudged(own[0])}), so evaluating it would tell nothing; mend that, and begin "
            "again with --renew"
        )


def read_games(folder: Path) -> dict[str, TrainingGame]:
    """Give a prepared build's games by the id of the episode that played them."""
    return {game.episode_id: game for game in read_records(folder / "games.jsonl", TrainingGame)}


def read_result(folder: Path) -> BuildResult:
    """Give a prepared build's figures."""
    return next(read_records(folder / "result.jsonl", BuildResult))


def no_memory(steps: object) -> str:  # noqa: ARG001 - the shape of a recall
    """Recall nothing."""
    return ""


def play_expert(suite: ExpertSuite, env: Environment, *, task_id: str, task: Task) -> Episode:
    """Play the suite's own winning plan, as far as the environment lets it."""
    _, info = env.reset()
    steps: list[Step] = []
    ended_by: EndedBy = "agent"
    for action in suite.expert(task_id):
        admissible = tuple(info["admissible_commands"])
        observation, reward, terminated, truncated, info = env.step(action)
        steps.append(
            Step(action=action, observation=observation, admissible=admissible, reward=reward)
        )
        if terminated or truncated:
            ended_by = "agent" if terminated else "limit"
            break
    outcome = Outcome(
        success=bool(info["won"]), verifier_kind="environment", verifier="environment"
    )
    return Episode(task=task, steps=tuple(steps), outcome=outcome, ended_by=ended_by, agent=EXPERT)


def _games(bench: Bench, build: int) -> Iterator[TrainingGame]:
    """Name a build's games; the collector's share is spread among them at random."""
    task_ids = training_tasks(bench.suite, bench.plan, build=build)
    collected = collectors_share(bench.plan, task_ids, build=build)
    for index, task_id in enumerate(task_ids):
        yield TrainingGame(
            episode_id=f"build-{build:02d}-game-{index:03d}",
            task_id=task_id,
            label=bench.suite.task(task_id).label,
            collected=task_id in collected,
        )


def _learn(
    bench: Bench,
    location: Path,
    *,
    games: Sequence[TrainingGame],
    log: Sequence[Episode],
    build: int,
) -> BuildResult:
    played = {game.episode_id: game.task_id for game in games}

    def replay(episode: Episode) -> Environment:
        return bench.suite.open(played[episode.id])

    with SkillMemory.open(location, namespace=NAMESPACE, clock=lambda: EPOCH) as memory:
        for episode in log:
            memory.record(episode)
        batch = memory.consolidate(replay=replay)
    return BuildResult(
        build=build,
        episodes=len(log),
        successes=sum(it.outcome is not None and it.outcome.success for it in log),
        collected=sum(game.collected for game in games),
        demonstrations=len(batch.demonstrations),
        lessons=len(batch.lessons),
        skipped=len(batch.skipped),
    )


def collectors_share(plan: Plan, task_ids: Sequence[str], *, build: int) -> frozenset[str]:
    """Choose the tasks that the collector plays too: its share of them, drawn by build."""
    share = round(plan.collector.share * len(task_ids)) if plan.collector else 0
    key = (plan.seed, "collector", build)
    return frozenset(sorted(task_ids, key=lambda task_id: keyed(*key, task_id))[:share])


def collect(bench: Bench, task_id: str, *, seed: int) -> Episode:
    """Let the plan's collector play a task.

    Raises:
        InvalidOption: the collector is `expert`, and the suite has none.
    """
    assert bench.plan.collector is not None
    suite, task = bench.suite, stripped(bench.suite.task(task_id))
    collector = load_collector(bench.plan.collector.name, suite)
    if collector is not None:
        return play_task(suite, collector, task, no_memory, seed=seed, task_id=task_id)
    assert isinstance(suite, ExpertSuite)
    env = open_task(suite, task_id)
    with told_with(f"playing the expert's plan of task {task_id!r}"), closed(env):
        return play_expert(suite, env, task_id=task_id, task=task)


def _play(
    bench: Bench, journal: Journal[Turn], *, games: Sequence[TrainingGame], build: int
) -> Iterator[Episode]:
    """Give the games' episodes, as far as time allows; those that are kept aren't played again."""
    seed = int(keyed(bench.plan.seed, "log", build)[:8], 16)
    for game in games:
        turn = journal.take(game.episode_id, partial(_play_game, bench, game, seed=seed))
        if turn is None:
            return
        yield turn.episode


def _play_game(bench: Bench, game: TrainingGame, *, seed: int) -> Turn:
    task = stripped(bench.suite.task(game.task_id))
    if game.collected:
        episode = collect(bench, game.task_id, seed=seed)
    else:
        episode = play_task(
            bench.suite, bench.agent, task, no_memory, seed=seed, task_id=game.task_id
        )
    return Turn(episode=timeless(episode, task=task, episode_id=game.episode_id))


def timeless(episode: Episode, *, task: Task, episode_id: str) -> Episode:
    """Give an episode as any repetition of the run would log it."""
    told = {name: value for name, value in episode.metadata.items() if name != USAGE}
    return episode.model_copy(
        update={
            "id": episode_id,
            "task": task,
            "metadata": told,
            "started_at": EPOCH,
            "ended_at": EPOCH,
        }
    )
