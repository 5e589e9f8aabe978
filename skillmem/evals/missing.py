"""What a benchmark needs and is not installed, all of it at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from skillmem.errors import MissingDependency, SkillMemError
from skillmem.evals.collection import EXPERT
from skillmem.evals.loading import load_agent, load_suite
from skillmem.evals.plan import Plan
from skillmem.extras import all_missing, missing_extra

EXTRA = ("scipy", "matplotlib", "jinja2", "filelock")


def require_extra() -> None:
    """Refuse to begin without what intervals and the report need.

    Raises:
        MissingExtra: a package isn't installed.
    """
    missing = [name for name in EXTRA if find_spec(name) is None]
    if missing:
        raise missing_extra(f"the benchmark needs {', '.join(missing)}", "bench")


@contextmanager
def all_missing_told(plan: Plan) -> Iterator[None]:
    """Where something is missing, look for all else that a plan lacks, and tell it in one error.

    Raises:
        MissingDependency: something is missing.
    """
    try:
        yield
    except MissingDependency as first:
        found = {str(error): error for error in (first, *_missing(plan))}
        raise all_missing(list(found.values())) from first


def _missing(plan: Plan) -> Iterator[MissingDependency]:
    agents = {plan.floor, plan.collector.name if plan.collector else None} - {None, EXPERT}
    loads: list[Callable[[], object]] = [
        require_extra,
        lambda: load_suite(plan.env, plan.env_options),
        lambda: load_agent(plan.agent, plan.agent_options),
        *(lambda path=path: load_agent(path) for path in sorted(filter(None, agents))),
    ]
    yield from filter(None, map(_lack, loads))


def _lack(load: Callable[[], object]) -> MissingDependency | None:
    """Give what a load lacks; what else is wrong with it is told when nothing is missing."""
    try:
        load()
    except MissingDependency as error:
        return error
    except SkillMemError:
        return None
    return None
