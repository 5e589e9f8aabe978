"""The distiller that needs no model: it compares a failure with the nearest successes."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.consolidation.causes import (
    Cause,
    find_cause,
    find_omission,
    find_own_cause,
    own_plan,
)
from skillmem.consolidation.plans import Plan, Pool, choose_pool, make_plan, widen
from skillmem.consolidation.runs import Run, read_run
from skillmem.consolidation.wording import acts_of, word
from skillmem.protocols import EntityFinder
from skillmem.structure.skeletons import skeleton_of
from skillmem.structure.templates import Reader, reader
from skillmem.types import Demonstration, Episode, LessonDraft, Lexicon


class BuiltInDistiller:
    """Finds by rule where a failure left the way of the successes nearest to it."""

    name = "built-in"

    def __init__(self) -> None:
        self._reader: Reader | None = None
        self._runs: dict[int, tuple[Demonstration, Run]] = {}
        self._plans: dict[tuple[int, ...], tuple[Pool, Plan | None]] = {}

    def distil(
        self,
        failure: Episode,
        *,
        successes: Sequence[Demonstration],
        finder: EntityFinder,
        lexicon: Lexicon,
    ) -> LessonDraft | None:
        """Say what went wrong and what to do instead, or nothing when that can't be told."""
        read = reader(finder, lexicon)
        run = read_run(failure.task.goal, failure.steps, read)
        known = [self._run(success, read) for success in successes]
        pool = choose_pool(run, known)
        plan = self._plan(pool)
        if plan is not None and plan.needs:
            chosen = set(map(id, pool.runs))
            models = [it for it, was in zip(successes, known, strict=True) if id(was) in chosen]
            cause = find_cause(run, plan)
            if cause is None:
                plan = widen(plan, pool)
                cause = find_omission(run, plan)
            return _draft(run, plan, cause, models=models)
        plan = own_plan(run)
        return None if plan is None else _draft(run, plan, find_own_cause(run, plan), models=())

    def _run(self, success: Demonstration, read: Reader) -> Run:
        """Read a demonstration, once for each lexicon."""
        if read is not self._reader:
            self._reader, self._runs, self._plans = read, {}, {}
        held = self._runs.get(id(success))
        if held is None or held[0] is not success:
            held = (success, read_run(success.task.goal, success.steps, read))
            self._runs[id(success)] = held
        return held[1]

    def _plan(self, pool: Pool) -> Plan | None:
        """Make a pool's plan, once for each pool."""
        key = tuple(map(id, pool.runs))
        if key not in self._plans:
            self._plans[key] = (pool, make_plan(pool))
        return self._plans[key][1]


def _draft(
    run: Run, plan: Plan, cause: Cause | None, *, models: Sequence[Demonstration]
) -> LessonDraft | None:
    if cause is None:
        return None
    texts = word(cause, plan)
    return LessonDraft(
        situation=texts.situation,
        mistake=texts.mistake,
        advice=texts.advice,
        goal=run.goal.text,
        skeleton=skeleton_of(
            [act.template for act in acts_of(plan.needs, again=plan.needs)], plan.model.goal
        ),
        model_ids=tuple(dict.fromkeys(name for it in models for name in it.episode_ids)),
    )
