"""How a benchmark's figures are made: what `results.json` says of that before the first game."""

from __future__ import annotations

import os
import platform
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from typing import get_args

from skillmem.config import Config
from skillmem.evals.collection import Bench
from skillmem.evals.failing import told_with
from skillmem.evals.games import train_source
from skillmem.evals.loading import code_digest, load_agent, load_collector
from skillmem.evals.plan import Plan
from skillmem.evals.results import Machine, PolicyKind, RunInfo
from skillmem.evals.statistics import CI_METHOD
from skillmem.protocols import Agent, Fingerprinted

ENGINES = (
    "alfworld",
    "textworld",
    "fast-downward-textworld",
    "scienceworld",
    "textworld-express",
    "llama-cpp-python",
)
"""What a run may need and most don't: told only where it is installed."""
PACKAGES = ("langgraph-skillmem", "numpy", "pydantic", "sqlalchemy", "tiktoken", "wordllama")
DECISIVE = ("numpy", "tiktoken", "wordllama")
"""Those by which another item may be found, or fit."""


def describe(bench: Bench, *, tasks: int, command: str) -> RunInfo:
    """Say how a run of so many tasks is made.

    Raises:
        UnknownAgent: the collector's or the floor's name leads nowhere.
        BenchmarkFailed: a fingerprint can't be taken.
        InvalidOption: the collector or the source of training games can't be had.
    """
    plan, online = bench.plan, bench.plan.mode == "online"
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
        configuration=_configuration(bench),
        versions=_versions(),
        machine=_machine(),
        logs=(),
    )


def policy_kind(agent: Agent) -> PolicyKind:
    """Take an agent at its word; of one that says nothing we know nothing."""
    said: object = getattr(agent, "policy_kind", None)
    return next((kind for kind in get_args(PolicyKind) if kind == said), "unknown")


def _parts(bench: Bench) -> list[tuple[str, object]]:
    """Give all that play by import path: suite, agent, collector, floor."""
    plan = bench.plan
    parts: list[tuple[str, object]] = [(plan.env, bench.suite), (plan.agent, bench.agent)]
    if plan.collector is not None:
        parts.append((plan.collector.name, load_collector(plan.collector.name, bench.suite)))
    if plan.floor is not None:
        parts.append((plan.floor, load_agent(plan.floor)))
    return parts


def _name_collectors(plan: Plan) -> str:
    if plan.collector is None:
        return f"{plan.agent} with none: 100 %"
    share = round(100 * plan.collector.share)
    return f"{plan.collector.name}: {share} %; {plan.agent} with none: {100 - share} %"


def _configuration(bench: Bench) -> str:
    """Digest all on which the figures rest: plan, settings, code, releases, fingerprints."""
    parts = _parts(bench)
    code = code_digest("skillmem", *(path for path, _ in parts))
    fingerprints = [_fingerprint(path, part) for path, part in parts]
    releases = [f"{package} {_release(package)}" for package in DECISIVE]
    settings = (bench.plan.model_dump_json(), Config().model_dump_json())
    told = (*settings, code, *releases, *fingerprints)
    return sha256("\n".join(told).encode()).hexdigest()


def _fingerprint(path: str, part: object) -> str:
    if not isinstance(part, Fingerprinted):
        return ""
    with told_with(f"taking the fingerprint of {path!r}"):
        return part.fingerprint()


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    found |= {package: _release(package) or "unknown" for package in PACKAGES}
    return found | {engine: release for engine in ENGINES if (release := _release(engine))}


def _release(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _machine() -> Machine:
    return Machine(
        system=platform.system(), processor=platform.machine(), cores=os.cpu_count() or 1
    )
