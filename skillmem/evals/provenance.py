"""How a benchmark's figures are made: what `results.json` says of that before the first game."""

from __future__ import annotations

import os
import platform
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import get_args

from skillmem.config import Config
from skillmem.evals.collection import Bench
from skillmem.evals.games import train_source
from skillmem.evals.loading import code_digest, load_agent, load_collector
from skillmem.evals.plan import Plan
from skillmem.evals.results import Machine, PolicyKind, RunInfo
from skillmem.evals.statistics import CI_METHOD
from skillmem.protocols import Agent

PACKAGES = ("langgraph-skillmem", "numpy", "pydantic", "sqlalchemy", "tiktoken", "wordllama")


def describe(bench: Bench, *, tasks: int, command: str) -> RunInfo:
    """Say how a run of so many tasks is made.

    Raises:
        UnknownAgent: the collector's or the floor's name leads nowhere.
        InvalidOption: the collector or the source of training games can't be had.
    """
    plan, online = bench.plan, bench.plan.mode == "online"
    _require_others(bench)
    return RunInfo(
        command=command,
        mode=plan.mode,
        log="own" if online else "shared",
        builds=plan.builds,
        tasks=tasks,
        seeds=plan.seeds,
        ci_method=CI_METHOD,
        policy=getattr(bench.agent, "policy", plan.agent),
        policy_kind=policy_kind(bench.agent),
        environment=plan.env,
        train_source="official" if online else train_source(bench.suite, plan),
        collector=_name_collectors(plan),
        plan=plan,
        configuration=_configuration(plan),
        versions=_versions(),
        machine=_machine(),
        logs=(),
    )


def policy_kind(agent: Agent) -> PolicyKind:
    """Take an agent at its word; of one that says nothing we know nothing."""
    said: object = getattr(agent, "policy_kind", None)
    return next((kind for kind in get_args(PolicyKind) if kind == said), "unknown")


def _require_others(bench: Bench) -> None:
    """Make sure that the collector and the floor can be made."""
    if bench.plan.collector is not None:
        load_collector(bench.plan.collector.name, bench.suite)
    if bench.plan.floor is not None:
        load_agent(bench.plan.floor)


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


def _machine() -> Machine:
    return Machine(
        system=platform.system(), processor=platform.machine(), cores=os.cpu_count() or 1
    )
