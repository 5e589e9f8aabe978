"""A failure beside the successes nearest to it: what they share, and where it left their way."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from skillmem.consolidation.causes import (
    Cause,
    find_cause,
    find_omission,
    find_own_cause,
    own_plan,
    same_mistake,
)
from skillmem.consolidation.plans import Plan, Pool, choose_pool, make_plan, widen
from skillmem.consolidation.runs import Run, read_run
from skillmem.structure.templates import Reader
from skillmem.types import Demonstration, Episode

REMEMBERED = 8_192
"""Runs that a comparer remembers; with more it begins anew."""


class Comparison(NamedTuple):
    """A failed run, the plan that it was held against, and where it left that.

    `models` are the successes that the plan was taken from: none where it is the run's own.
    `counterexamples` are those of the nearest successes that went wrong alike, and won.
    Without a plan or a cause nothing tells the run apart from what is known.
    """

    run: Run
    plan: Plan | None = None
    cause: Cause | None = None
    models: tuple[Demonstration, ...] = ()
    counterexamples: tuple[Demonstration, ...] = ()


class Comparer:
    """Compares failures with successes by one lexicon, remembering what it has read."""

    def __init__(self, read: Reader) -> None:
        self._reader = read
        self._runs: dict[int, tuple[Demonstration, Run]] = {}
        self._plans: dict[tuple[int, ...], tuple[Pool, Plan | None]] = {}
        self._causes: dict[tuple[int, int], tuple[Plan, Cause | None]] = {}
        self._latest: tuple[Episode, Sequence[Demonstration], Comparison] | None = None

    def compare(self, failure: Episode, successes: Sequence[Demonstration]) -> Comparison:
        """Find where a failure left the way of the successes nearest to it.

        The latest comparison is remembered: triage and a distiller ask for the same one.
        """
        latest = self._latest
        if latest is None or latest[0] is not failure or latest[1] is not successes:
            self._latest = latest = (failure, successes, self._compare(failure, successes))
        return latest[2]

    def _compare(self, failure: Episode, successes: Sequence[Demonstration]) -> Comparison:
        run = read_run(failure.task.goal, failure.steps, self._reader)
        known = [self._run(success) for success in successes]
        pool = choose_pool(run, known)
        plan = self._plan(pool)
        if plan is None or not plan.needs:
            own = own_plan(run)
            return Comparison(run, own, None if own is None else find_own_cause(run, own))
        chosen = set(map(id, pool.runs))
        models = [it for it in zip(successes, known, strict=True) if id(it[1]) in chosen]
        cause = find_cause(run, plan)
        if cause is None:
            plan = widen(plan, pool)
            cause = find_omission(run, plan)
            alike = [False] * len(models)
        else:
            alike = [self._went_wrong(it, plan, cause) for _, it in models]
        sides = zip(models, alike, strict=True)
        split: dict[bool, list[Demonstration]] = {False: [], True: []}
        for (item, _), wrong in sides:
            split[wrong].append(item)
        return Comparison(run, plan, cause, tuple(split[False]), tuple(split[True]))

    def _went_wrong(self, success: Run, plan: Plan, cause: Cause) -> bool:
        """Tell whether a success shows the same cause, remembering what each shows."""
        key = (id(success), id(plan))
        if key not in self._causes:
            self._causes[key] = (plan, find_cause(success, plan))
        own = self._causes[key][1]
        return own is not None and same_mistake(own, cause)

    def _run(self, success: Demonstration) -> Run:
        """Read a demonstration once."""
        held = self._runs.get(id(success))
        if held is None or held[0] is not success:
            if len(self._runs) >= REMEMBERED:
                self._runs.clear()
                self._plans.clear()
            held = (success, read_run(success.task.goal, success.steps, self._reader))
            self._runs[id(success)] = held
        return held[1]

    def _plan(self, pool: Pool) -> Plan | None:
        """Make a pool's plan, once for each pool."""
        key = tuple(map(id, pool.runs))
        if key not in self._plans:
            self._plans[key] = (pool, make_plan(pool))
        return self._plans[key][1]


@lru_cache(maxsize=4)
def comparer(read: Reader) -> Comparer:
    """Give the comparer of a reader; the same one for the same reader."""
    return Comparer(read)
