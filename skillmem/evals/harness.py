"""A benchmark from its plan to its folder. READ FIRST.

Prepare every build (one log each, one memory of it), play every unit of work, write down
what was found. What is finished stays finished when the run is killed or its time is over: each
episode is kept. What is told are whole rounds, so that every arm has played the same.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from skillmem.errors import InvalidOption, StoreUnavailable
from skillmem.evals.collection import Bench, prepare, read_games, read_result
from skillmem.evals.deadline import Deadline
from skillmem.evals.difficulty import difficulties
from skillmem.evals.dumps import dump_build
from skillmem.evals.failing import told_with
from skillmem.evals.folder import RunFolder, write_records
from skillmem.evals.games import evaluated_tasks, mean_overlap, training_tasks
from skillmem.evals.loading import load_agent, load_suite
from skillmem.evals.missing import all_missing_told, require_extra
from skillmem.evals.plan import Plan, WorkUnit, whole_rounds, work_units
from skillmem.evals.playing import play
from skillmem.evals.provenance import describe, policy_kind
from skillmem.evals.report import write_report
from skillmem.evals.results import Played, Results, RunInfo
from skillmem.evals.streams import play_stream, require_streamable
from skillmem.evals.summary import summarise
from skillmem.evals.unfinished import unfinished
from skillmem.evals.workers import Workers
from skillmem.protocols import Watch


class Assignment(NamedTuple):
    """What a worker process is sent: enough to find everything else."""

    plan: Plan
    path: Path
    what: int | WorkUnit
    deadline: Deadline


def benchmark(
    plan: Plan,
    path: Path,
    *,
    processes: int | None = 1,
    command: str = "",
    renew: bool = False,
    seconds: float | None = None,
    watch: Watch = lambda stage, done, total: None,  # noqa: ARG005
) -> Results:
    """Run `plan` into the folder `path`, or go on with it where it was cut off.

    The same plan gives the same results whatever the number of `processes`; `None` is one a
    core, but one in all for a language model. `watch` is told the stage, how much of it is
    done, and how much there is. `renew` removes what another configuration or code left in the
    folder. After `seconds` nothing new is begun; the next call goes on.

    Raises:
        SkillMemError: whatever `open_checked` raises.
        InvalidOption: `path` holds something else.
        BenchmarkFailed: the environment or the agent raised.
        BenchmarkUnfinished: time was over before every arm had played a round.
        ModelUnavailable: the agent's language model can't be had any more.
        StoreUnavailable: `path` can't be written.
    """
    bench, info = open_checked(plan, command=command)
    folder = RunFolder(path)
    tools = _Tools(_processes(bench, processes), Deadline(seconds), watch)
    with _broken_off_told(path):
        finished = folder.finished(info.configuration)
        if finished is not None:
            return finished
        with folder.held():
            folder.claim(info.configuration, renew=renew)
            return _run(bench, folder, info, tools)


def open_checked(plan: Plan, *, command: str) -> tuple[Bench, RunInfo]:
    """Make what a plan names, and refuse what would fail later, before anything is written.

    Raises:
        UnknownEnvironment, UnknownAgent, UnknownSplit, UnknownArm: a name leads nowhere.
        LeakFound: hardly any training game is not evaluated as well.
        InvalidOption: a stream is asked for arms that it can't have, there are too few training
            games, or there is nothing to evaluate.
        BenchmarkFailed: the environment or the agent raised, or broke its contract.
        MissingDependency: something to install; all that the plan needs is named at once.
    """
    with all_missing_told(plan):
        require_extra()
        bench = _with_unit_size(_open_bench(plan))
    plan = bench.plan
    with told_with(f"listing the tasks of {plan.env!r}"):
        tasks = evaluated_tasks(bench.suite, plan)
        _require_games(bench)
    if not tasks:
        raise InvalidOption(
            f"the split {plan.split!r} of {plan.env!r} holds no tasks; name another with --split"
        )
    return bench, describe(bench, tasks=len(tasks), command=command)


def _run(bench: Bench, folder: RunFolder, info: RunInfo, tools: _Tools) -> Results:
    plan = bench.plan
    labels = [bench.suite.task(it).label for it in evaluated_tasks(bench.suite, plan)]
    units = tuple(work_units(plan, labels=labels))
    learning = range(plan.builds) if plan.mode == "offline" else ()
    with Workers(tools.processes) as workers:
        stages = _Stages(plan, folder.path, workers, tools)
        stages.run("builds", _prepare_build, learning, done=folder.has_build)
        playable = [unit for unit in units if plan.mode == "online" or folder.has_build(unit.build)]
        stages.run("units", _play_unit, playable, done=folder.has)
        prepared = [build for build in learning if folder.has_build(build)]
        stages.run("dumps", _dump_build, prepared)
    return _conclude(bench, folder, info, units)


def _conclude(bench: Bench, folder: RunFolder, info: RunInfo, units: Sequence[WorkUnit]) -> Results:
    whole = whole_rounds(units, folder.has)
    if not whole:
        raise unfinished(bench.plan, units, folder)
    rounds = {unit.round for unit in units}
    kept = [unit for unit in units if unit.round in whole]
    played: list[Played] = [entry for unit in kept for entry in folder.get(unit)]
    difficulty = difficulties(bench.suite, sorted({entry.task for entry in played}))
    info = info.model_copy(update={"rounds": len(whole), "planned": len(rounds)})
    results = Results(
        run=_with_logs(info, folder), arms=summarise(info.plan, played, difficulty=difficulty)
    )
    write_records(folder.episodes_file, played)
    write_report(folder, results, played)
    folder.finish(results)
    return results


def _with_logs(info: RunInfo, folder: RunFolder) -> RunInfo:
    builds = [folder.build_folder(build) for build in range(info.builds) if folder.has_build(build)]
    games = [{game.task_id for game in read_games(build).values()} for build in builds]
    logs = tuple(read_result(build) for build in builds)
    return info.model_copy(update={"logs": logs, "shared_games_mean": mean_overlap(games)})


class _Tools(NamedTuple):
    """What the stages run with."""

    processes: int
    deadline: Deadline
    watch: Watch


class _Stages(NamedTuple):
    """Runs the stages of a benchmark, each over several processes."""

    plan: Plan
    path: Path
    workers: Workers
    tools: _Tools

    def run(
        self,
        stage: str,
        work: Callable[[Assignment], None],
        jobs: Sequence[Any],
        *,
        done: Callable[[Any], bool] | None = None,
    ) -> None:
        """Do the jobs that aren't `done` yet, as far as time allows; without `done`, all of them.

        A job that time cuts off in the middle is not done.
        """
        waiting = [job for job in jobs if done is None or not done(job)]
        finished = len(jobs) - len(waiting)
        self.tools.watch(stage, finished, len(jobs))
        begun = waiting if done is None else self.tools.deadline.before(waiting)
        for assignment in self.workers.run(work, map(self._assignment, begun)):
            finished += done is None or done(assignment.what)
            self.tools.watch(stage, finished, len(jobs))

    def _assignment(self, job: int | WorkUnit) -> Assignment:
        return Assignment(self.plan, self.path, job, self.tools.deadline)


def _prepare_build(assignment: Assignment) -> None:
    assert isinstance(assignment.what, int)
    folder = RunFolder(assignment.path).build_folder(assignment.what)
    bench = _open_bench(assignment.plan)
    prepare(bench, folder, build=assignment.what, deadline=assignment.deadline)


def _play_unit(assignment: Assignment) -> None:
    assert isinstance(assignment.what, WorkUnit)
    bench, folder = _open_bench(assignment.plan), RunFolder(assignment.path)
    if bench.plan.mode == "online":
        play_stream(bench, folder, assignment.what, deadline=assignment.deadline)
    else:
        play(bench, folder, assignment.what, deadline=assignment.deadline)


def _dump_build(assignment: Assignment) -> None:
    assert isinstance(assignment.what, int)
    dump_build(_open_bench(assignment.plan), RunFolder(assignment.path), assignment.what)


def _open_bench(plan: Plan) -> Bench:
    return _load(plan.model_dump_json())


@lru_cache(maxsize=4)
def _load(plan: str) -> Bench:
    parsed = Plan.model_validate_json(plan)
    return Bench(
        parsed,
        load_suite(parsed.env, parsed.env_options),
        load_agent(parsed.agent, parsed.agent_options),
    )


def _processes(bench: Bench, asked: int | None) -> int:
    if asked is not None:
        return asked
    return 1 if policy_kind(bench.agent) == "model" else os.cpu_count() or 1


def _with_unit_size(bench: Bench) -> Bench:
    """Let a language model play, and keep, one task at a time."""
    if bench.plan.tasks_of_a_unit is not None or policy_kind(bench.agent) != "model":
        return bench
    return bench._replace(plan=bench.plan.model_copy(update={"tasks_of_a_unit": 1}))


def _require_games(bench: Bench) -> None:
    if bench.plan.mode == "online":
        require_streamable(bench)
    else:
        training_tasks(bench.suite, bench.plan, build=0)


@contextmanager
def _broken_off_told(path: Path) -> Iterator[None]:
    """Raise what a disk raises on the way as what it raises at the start."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"the benchmark in {str(path)!r} broke off: {error}; what was finished is kept, run "
            "the same command again when that is mended"
        ) from error
