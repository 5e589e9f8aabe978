"""Why a run failed, as far as its steps and the nearest successes show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from skillmem.consolidation.plans import Need, Plan, done, first_places, preparation
from skillmem.consolidation.runs import OTHER, Act, Form, Run
from skillmem.structure.alignment import divergence

REPETITIVE = 0.5
RETRIES = 2

Kind = Literal[
    "unprepared",
    "out of sight",
    "other thing",
    "too soon",
    "refused",
    "overlooked",
    "unfound",
    "missing",
    "again",
    "order",
    "undone",
]

LOCAL = frozenset({"unprepared", "out of sight", "refused"})
"""Kinds of mistakes in doing one operation, whatever it is done for."""


class Cause(NamedTuple):
    """One reason for a failure, and the needs of the plan from where it went wrong.

    `at` is the operation concerned, and all of `rest` where the mistake is in doing it;
    `done` are the operations before it that worked; `lacking` is the act of a success that
    the attempts lacked, if that was it.
    """

    kind: Kind
    at: Need
    rest: tuple[Need, ...]
    done: tuple[Need, ...]
    lacking: Act | None = None
    repetitive: bool = False


def find_cause(run: Run, plan: Plan) -> Cause | None:
    """Find the first operation of the plan that went wrong; nothing when none did."""
    for place, need in enumerate(plan.needs):
        times = done(need.form, run, apart=need.apart)
        if times >= need.times:
            continue
        attempts = [at for at, act in enumerate(run.acts) if need.form.matches(act.form)]
        if times:
            return _cause("again", plan, place, run)
        if attempts:
            return _why_refused(run, plan, place, attempts)
        return _cause(_why_never(run, plan, place), plan, place, run)
    return _out_of_order(run, plan)


def same_mistake(one: Cause, other: Cause) -> bool:
    """Tell whether two runs that were held against one plan went wrong alike."""
    return (one.kind, one.at.form, one.lacking) == (other.kind, other.at.form, other.lacking)


def find_omission(run: Run, plan: Plan) -> Cause | None:
    """Find the first of a plan's needs that a run never even tried."""
    for place, need in enumerate(plan.needs):
        if not any(need.form.pattern == act.form.pattern for act in run.acts):
            return _cause("missing", plan, place, run)
    return None


def own_plan(run: Run) -> Plan | None:
    """Take as a plan what worked once and was refused otherwise, when no success is known."""
    tried = Counter(act.template.pattern for act in run.acts if not act.effective)
    for act in run.effective:
        led = preparation(run.effective, act)
        if led and tried[act.template.pattern] >= RETRIES:
            open_form = Form(act.form.pattern, (OTHER,) * len(act.form.roles))
            return Plan(run, (Need(open_form, 1, act, led),))
    return None


def find_own_cause(run: Run, plan: Plan) -> Cause | None:
    """Tell what the refused attempts lacked that the one which worked had."""
    need = plan.needs[0]
    attempts = [
        at for at, act in enumerate(run.acts) if not act.effective and need.form.matches(act.form)
    ]
    for act in need.preparation:
        if not any(_was_prepared(run, at, act, need) for at in attempts):
            return _lacking(_cause("unprepared", plan, 0, run), need.preparation, act)
    return None


def _cause(kind: Kind, plan: Plan, place: int, run: Run) -> Cause:
    needs = plan.needs if kind in ("again", "undone") else plan.needs[place:]
    return Cause(
        kind=kind,
        at=plan.needs[place],
        rest=needs[:1] if kind in LOCAL else needs,
        done=plan.needs[:place],
        repetitive=is_repetitive(run),
    )


def _why_never(run: Run, plan: Plan, place: int) -> Kind:
    need = plan.needs[place]
    if place or not need.form.slots:
        return "missing"
    return "overlooked" if _seen(run.acts, need) else "unfound"


def _why_refused(run: Run, plan: Plan, place: int, attempts: Sequence[int]) -> Cause:
    """Compare the attempts with how the successes came to the operation."""
    need = plan.needs[place]
    if need.form.slots and not _seen(run.acts[: attempts[0]], need):
        return _cause("too soon", plan, place, run)
    if all(_is_other_thing(run, at, plan.needs[:place]) for at in attempts):
        return _cause("other thing", plan, place, run)
    for variant in (need.preparation, *need.variants):
        for act in variant:
            if not any(_was_prepared(run, at, act, need) for at in attempts):
                return _lacking(_cause("unprepared", plan, place, run), variant, act)
    return _cause("refused", plan, place, run)


def _lacking(cause: Cause, variant: tuple[Act, ...], lacking: Act) -> Cause:
    """Say what was lacking, and advise the preparation that has it."""
    at = cause.at._replace(preparation=variant)
    return cause._replace(
        kind="unprepared" if lacking.things < at.act.things else "out of sight",
        at=at,
        rest=(at,),
        lacking=lacking,
    )


def _was_prepared(run: Run, place: int, lacking: Act, need: Need) -> bool:
    """Tell whether an attempt came after such an act, on its own things or showing them.

    Of acts that every success needs, the last one before the attempt must have been it.
    """
    before = [act for act in run.acts[:place] if act.effective]
    if not lacking.things < need.act.things:
        return bool(before) and not before[-1].seen.isdisjoint(need.form.slots)
    done_so = [act for act in before if act.template.pattern == lacking.template.pattern]
    latest = done_so[-1:] if lacking in need.preparation else done_so
    return any(act.things < run.acts[place].things for act in latest)


def _is_other_thing(run: Run, place: int, before: Sequence[Need]) -> bool:
    """Tell whether an attempt names another thing of a kind than the operations before it."""
    attempt = run.acts[place]
    roles = zip(attempt.form.roles, attempt.template.arguments, strict=True)
    tried = {role: argument.thing for role, argument in roles if role != OTHER}
    used: dict[str, set[str]] = {}
    for act in run.acts[:place]:
        if act.effective and any(need.form.matches(act.form) for need in before):
            for role, argument in zip(act.form.roles, act.template.arguments, strict=True):
                used.setdefault(role, set()).add(argument.thing)
    return any(role in used and thing not in used[role] for role, thing in tried.items())


def _seen(acts: Sequence[Act], need: Need) -> bool:
    """Tell whether the first thing of the operation that the goal names was in sight.

    What something was done to with effect was known, whether or not an answer named it.
    """
    first = need.form.slots[0]
    return any(first in act.seen or (act.effective and first in act.form.slots) for act in acts)


def _out_of_order(run: Run, plan: Plan) -> Cause | None:
    """Compare the order in which the needs were first met, then what came last."""
    first = first_places(plan.needs, run)
    met = sorted(first, key=first.__getitem__)
    wanted = sorted(first)
    place = divergence([str(it) for it in wanted], [str(it) for it in met])
    if place < len(wanted) and (wanted[place], met[place]) in plan.orders:
        return _cause("order", plan, wanted[place], run)
    if plan.final and not plan.needs[-1].form.matches(run.operations[-1].form):
        return _cause("undone", plan, len(plan.needs) - 1, run)
    return None


def is_repetitive(run: Run) -> bool:
    """Tell whether most steps repeat an earlier action and its answer."""
    acts = [(act.template, act.observation) for act in run.acts]
    return bool(acts) and 1 - len(set(acts)) / len(acts) >= REPETITIVE
