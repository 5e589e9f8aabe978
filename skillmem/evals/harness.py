"""A benchmark from its plan to its folder. READ FIRST.

Prepare every build (one log each, one memory of it), play every unit of work, write down
what was found. What is finished stays finished when the run is killed or its time is over; what
is told are whole rounds, so that every arm has played the same.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from itertools import takewhile
from math import inf
from pathlib import Path
from typing import Any, NamedTuple, get_args

from skillmem.config import Config
from skillmem.errors import InvalidOption, StoreUnavailable
from skillmem.evals.collection import Bench, prepare, read_games, read_result
from skillmem.evals.difficulty import difficulties
from skillmem.evals.dumps import dump_build
from skillmem.evals.failing import told_with
from skillmem.evals.folder import RunFolder, write_records
from skillmem.evals.games import evaluated_tasks, mean_overlap, train_source, training_tasks
from skillmem.evals.loading import code_digest, load_agent, load_collector, load_suite
from skillmem.evals.missing import all_missing_told, require_extra
from skillmem.evals.plan import Plan, WorkUnit, whole_rounds, work_units
from skillmem.evals.playing import play
from skillmem.evals.report import write_report
from skillmem.evals.results import Machine, Played, PolicyKind, Results, RunInfo
from skillmem.evals.statistics import CI_METHOD
from skillmem.evals.streams import play_stream, require_streamable
from skillmem.evals.summary import summarise
from skillmem.evals.unfinished import unfinished
from skillmem.evals.workers import Workers
from skillmem.protocols import Agent

PACKAGES = ("langgraph-skillmem", "numpy", "pydantic", "sqlalchemy", "tiktoken", "wordllama")

Watch = Callable[[str, int, int], None]


class Assignment(NamedTuple):
    """What a worker process is sent: enough to find everything else."""

    plan: Plan
    path: Path
    what: int | WorkUnit


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

    The same plan gives the same results whatever the number of `processes`; `None` is one a core,
    but one in all for a language model, which takes every core itself. `watch` is told
    the stage, how much of it is done, and how much there is. `renew` removes what a run of
    another configuration or code left in the folder. After `seconds` nothing new is begun, and
    the results are of what was played; the next call goes on.

    Raises:
        UnknownEnvironment, UnknownAgent, UnknownSplit, UnknownArm: a name leads nowhere.
        LeakFound: hardly any training game is not evaluated as well.
        InvalidOption: `path` holds something else, there are too few training games, or
            there is nothing to evaluate.
        BenchmarkFailed: the environment or the agent raised, or broke its contract.
        BenchmarkUnfinished: time was over before every arm had played a round.
        ModelUnavailable: the agent's language model can't be had any more.
        MissingDependency: something to install; all that the plan needs is named at once.
        StoreUnavailable: `path` can't be written.
    """
    deadline = _Deadline(seconds)
    with all_missing_told(plan):
        require_extra()
        bench = _with_unit_size(_open_bench(plan))
    plan = bench.plan
    with told_with(f"listing the tasks of {plan.env!r}"):
        tasks = evaluated_tasks(bench.suite, plan)
        refuse_early(bench)
    if not tasks:
        raise InvalidOption(
            f"the split {plan.split!r} of {plan.env!r} holds no tasks; name another with --split"
        )
    info = _describe(bench, tasks=len(tasks), command=command)
    folder = RunFolder(path)
    finished = folder.claim(info.configuration, renew=renew)
    if finished is not None:
        return finished
    try:
        return _run(
            bench, folder, info, tools=_Tools(_processes(bench, processes), deadline, watch)
        )
    except OSError as error:
        raise StoreUnavailable(
            f"the benchmark in {str(path)!r} broke off: {error}; what was finished is kept, run "
            "the same command again when that is mended"
        ) from error


def _processes(bench: Bench, asked: int | None) -> int:
    if asked is not None:
        return asked
    return 1 if _policy_kind(bench.agent) == "model" else os.cpu_count() or 1


def _with_unit_size(bench: Bench) -> Bench:
    """Let a language model play, and keep, one task at a time."""
    if bench.plan.tasks_of_a_unit is not None or _policy_kind(bench.agent) != "model":
        return bench
    return bench._replace(plan=bench.plan.model_copy(update={"tasks_of_a_unit": 1}))


def refuse_early(bench: Bench) -> None:
    """Refuse, before anything is written, what would fail later.

    Raises:
        InvalidOption: a stream is asked for arms that it can't have, or there are too few games.
        LeakFound: hardly any training game is not evaluated as well.
    """
    if bench.plan.mode == "online":
        require_streamable(bench)
    else:
        training_tasks(bench.suite, bench.plan, build=0)


class _Deadline:
    """When to begin nothing new."""

    def __init__(self, seconds: float | None) -> None:
        self._end = inf if seconds is None else time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._end

    def before(self, jobs: Iterable[Any]) -> Iterator[Any]:
        """Give jobs as long as there is time."""
        return takewhile(lambda _: not self.passed, jobs)


class _Tools(NamedTuple):
    """What the stages run with."""

    processes: int
    deadline: _Deadline
    watch: Watch


def _run(bench: Bench, folder: RunFolder, info: RunInfo, *, tools: _Tools) -> Results:
    plan = bench.plan
    units = tuple(work_units(plan, tasks=info.tasks))
    learning = range(plan.builds) if plan.mode == "offline" else ()
    with Workers(tools.processes) as workers:
        stages = _Stages(plan, folder.path, workers, tools)
        stages.run("builds", _prepare_build, learning, done=folder.has_build)
        playable = [unit for unit in units if plan.mode == "online" or folder.has_build(unit.build)]
        stages.run("units", _play_unit, playable, done=folder.has)
        prepared = [build for build in learning if folder.has_build(build)]
        stages.run("dumps", _dump_build, prepared, cut_off=False)
    return _conclude(bench, folder, info, units)


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
        done: Callable[[Any], bool] = lambda job: False,  # noqa: ARG005
        cut_off: bool = True,
    ) -> None:
        """Do the jobs of a stage that aren't done yet, as far as time allows."""
        waiting = [Assignment(self.plan, self.path, job) for job in jobs if not done(job)]
        finished = len(jobs) - len(waiting)
        self.tools.watch(stage, finished, len(jobs))
        begun = self.tools.deadline.before(waiting) if cut_off else waiting
        for count, _ in enumerate(self.workers.run(work, begun), start=finished + 1):
            self.tools.watch(stage, count, len(jobs))


def _prepare_build(assignment: Assignment) -> None:
    assert isinstance(assignment.what, int)
    folder = RunFolder(assignment.path).build_folder(assignment.what)
    prepare(_open_bench(assignment.plan), folder, build=assignment.what)


def _play_unit(assignment: Assignment) -> None:
    assert isinstance(assignment.what, WorkUnit)
    bench, folder = _open_bench(assignment.plan), RunFolder(assignment.path)
    if bench.plan.mode == "online":
        play_stream(bench, folder, assignment.what)
    else:
        play(bench, folder, assignment.what)


def _dump_build(assignment: Assignment) -> None:
    assert isinstance(assignment.what, int)
    dump_build(_open_bench(assignment.plan), RunFolder(assignment.path), assignment.what)


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


def _describe(bench: Bench, *, tasks: int, command: str) -> RunInfo:
    plan = bench.plan
    if plan.collector is not None:
        load_collector(plan.collector.name, bench.suite)
    if plan.floor is not None:
        load_agent(plan.floor)
    online = plan.mode == "online"
    return RunInfo(
        command=command,
        mode=plan.mode,
        log="own" if online else "shared",
        builds=plan.builds,
        tasks=tasks,
        seeds=plan.seeds,
        ci_method=CI_METHOD,
        policy=getattr(bench.agent, "policy", plan.agent),
        policy_kind=_policy_kind(bench.agent),
        environment=plan.env,
        train_source="official" if online else train_source(bench.suite, plan),
        collector=_name_collectors(plan),
        plan=plan,
        configuration=_configuration(plan),
        versions=_versions(),
        machine=Machine(
            system=platform.system(), processor=platform.machine(), cores=os.cpu_count() or 1
        ),
        logs=(),
    )


def _policy_kind(agent: Agent) -> PolicyKind:
    """Take an agent at its word; of one that says nothing we know nothing."""
    said: object = getattr(agent, "policy_kind", None)
    return next((kind for kind in get_args(PolicyKind) if kind == said), "unknown")


def _name_collectors(plan: Plan) -> str:
    if plan.collector is None:
        return f"{plan.agent} with none: 100 %"
    share = round(100 * plan.collector.share)
    return f"{plan.collector.name}: {share} %; {plan.agent} with none: {100 - share} %"


def _configuration(plan: Plan) -> str:
    """Digest all on which the figures rest: the plan, the settings and the code."""
    paths = ["skillmem", plan.env, plan.agent]
    paths += [plan.collector.name] if plan.collector is not None else []
    paths += [plan.floor] if plan.floor is not None else []
    parts = (plan.model_dump_json(), Config().model_dump_json(), code_digest(*paths))
    return sha256("\n".join(parts).encode()).hexdigest()


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "unknown"
    return found
