"""What the nearest successes share: the operations that a run of this kind needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

from skillmem.consolidation.runs import OTHER, Act, Form, Run, similarity

NEAREST = 40
NEARLY_ALL = 0.8
AGAIN = 2


class Need(NamedTuple):
    """One operation that the successes share: its form, how often, and what leads to it.

    `act` and `preparation` are the model's: the operation, and the acts right before it
    that led to it. `variants` are the preparations of all the successes, the most common
    first, told with the model's things. `second` is how the model did it again, if often
    enough. `apart`: doing it to the same thing again does not count.
    """

    form: Form
    times: int
    act: Act
    preparation: tuple[Act, ...]
    variants: tuple[tuple[Act, ...], ...] = ()
    second: tuple[Act, ...] = ()
    apart: bool = False

    @property
    def verb(self) -> str:
        """Give the words for what is done."""
        return self.act.name


class Plan(NamedTuple):
    """The needs in the order in which `model`, one of the nearest successes, met them.

    `final`: the last of them is also what the successes ended with. `orders` are the pairs
    of places in `needs` of which several successes agree that the one comes before the other.
    """

    model: Run
    needs: tuple[Need, ...]
    final: bool = False
    orders: frozenset[tuple[int, int]] = frozenset()


class Pool(NamedTuple):
    """Successes to hold a failure against; `mixed` when their goals are of several kinds."""

    runs: tuple[Run, ...]
    mixed: bool


def choose_pool(run: Run, successes: Sequence[Run]) -> Pool:
    """Choose the successes nearest to `run` by structure, in the order given.

    Those with the same masked goal, else those whose goals have as many slots and name the
    same operations: of many, the ones most alike. Without such ones the nearest success of
    each other goal with as many slots.
    """
    alike = [it for it in successes if len(it.goal.names) == len(run.goal.names)]
    same = [it for it in alike if it.goal.text == run.goal.text]
    kindred = [it for it in alike if it.words and it.words == run.words]
    if same or kindred:
        return Pool(_nearest(run, same or kindred, limit=NEAREST), mixed=False)
    goals: dict[str, list[Run]] = {}
    for success in alike:
        goals.setdefault(success.goal.text, []).append(success)
    nearest = [it for group in goals.values() for it in _nearest(run, group, limit=1)]
    return Pool(tuple(nearest), mixed=True)


def _nearest(run: Run, successes: Sequence[Run], *, limit: int) -> tuple[Run, ...]:
    if len(successes) <= limit:
        return tuple(successes)

    def distance(place: int) -> tuple[float, int]:
        success = successes[place]
        return (-round(similarity(run, success), 6), len(success.effective))

    chosen = sorted(range(len(successes)), key=distance)[:limit]
    return tuple(successes[place] for place in sorted(chosen))


def make_plan(pool: Pool) -> Plan | None:
    """Find what a pool shares, as its most typical run did it.

    Nearly all must have done a thing for it to count. When the goals are of several kinds
    all must, and there must be at least two: else there is no plan.
    """
    if len(pool.runs) < 1 + pool.mixed:
        return None
    least = len(pool.runs) * (1.0 if pool.mixed else NEARLY_ALL)
    planned = [_needs(success, pool.runs, least, acts=success.operations) for success in pool.runs]
    counts = Counter(map(_kind, planned))

    def typical(place: int) -> tuple[int, int, int]:
        needs = planned[place]
        plain = sum(need.form == need.act.form for need in needs) - len(needs)
        return (plain, counts[_kind(needs)], -len(pool.runs[place].effective))

    place = max(range(len(planned)), key=typical)
    needs = tuple(_with_variants(need, pool.runs) for need in planned[place])
    return Plan(
        pool.runs[place],
        needs,
        final=_is_final(needs, pool.runs, least),
        orders=_orders(needs, pool.runs, least),
    )


def widen(plan: Plan, pool: Pool) -> Plan:
    """Take into a plan whatever all runs of a pool did with effect, preparations included."""
    if pool.mixed or len(pool.runs) < 2:  # noqa: PLR2004 - one alone shows no agreement
        return plan
    found = _needs(plan.model, pool.runs, len(pool.runs), acts=plan.model.effective)
    return Plan(plan.model, tuple(need._replace(preparation=(), second=()) for need in found))


def _is_final(needs: Sequence[Need], pool: Sequence[Run], least: float) -> bool:
    ended = [run.operations[-1].form for run in pool if run.operations]
    return bool(needs) and sum(map(needs[-1].form.matches, ended)) >= least


def _orders(needs: Sequence[Need], pool: Sequence[Run], least: float) -> frozenset[tuple[int, int]]:
    """Find which needs come before which others in nearly all runs, of several."""
    if len(pool) < 2:  # noqa: PLR2004 - one alone shows no agreement
        return frozenset()
    firsts = [first_places(needs, run) for run in pool]
    return frozenset(
        (one, other)
        for one, other in combinations(range(len(needs)), 2)
        if sum(one in it and other in it and it[one] < it[other] for it in firsts) >= least
    )


def first_places(needs: Sequence[Need], run: Run) -> dict[int, int]:
    """Tell where among its effective acts a run first met each need that it met."""
    places: dict[int, int] = {}
    for number, need in enumerate(needs):
        at = next((at for at, act in enumerate(run.effective) if need.form.matches(act.form)), None)
        if at is not None:
            places[number] = at
    return places


def _with_variants(need: Need, pool: Sequence[Run]) -> Need:
    """Note how all the successes of a pool prepared for an operation."""
    found: dict[tuple[str, ...], tuple[Act, ...]] = {}
    counts: Counter[tuple[str, ...]] = Counter()
    for success in pool:
        for act in success.by_pattern.get(need.form.pattern, ()):
            if need.form.matches(act.form):
                acts = _retold(preparation(success.effective, act), act, need.act)
                key = tuple(it.template.pattern for it in acts)
                counts[key] += 1
                found.setdefault(key, acts)
    return need._replace(variants=tuple(found[key] for key, _ in counts.most_common()))


def _retold(acts: Sequence[Act], act: Act, model: Act) -> tuple[Act, ...]:
    """Tell what led to `act` with the things of the model's act in place of its own."""
    own = [argument.thing for argument in act.template.arguments]
    things = dict(zip(own, model.template.arguments, strict=True))
    roles = dict(zip(own, model.form.roles, strict=True))
    return tuple(
        it._replace(
            form=Form(
                it.form.pattern,
                tuple(
                    roles.get(argument.thing, role)
                    for argument, role in zip(it.template.arguments, it.form.roles, strict=True)
                ),
            ),
            template=it.template._replace(
                arguments=tuple(things.get(arg.thing, arg) for arg in it.template.arguments)
            ),
        )
        for it in acts
    )


def _kind(needs: Sequence[Need]) -> tuple[object, ...]:
    """Tell needs apart by all that becomes words: forms, and how the model prepared them."""
    return tuple(
        (need.form, need.times, need.act.form, *(act.form for act in need.preparation))
        for need in needs
    )


def _needs(
    model: Run, pool: Sequence[Run], least: float, *, acts: Sequence[Act]
) -> tuple[Need, ...]:
    """Find which of the model's acts enough runs of a pool share."""
    found: dict[Form, Need] = {}
    for act in acts:
        for form in _loosened(act.form):
            times, apart = _times(form, pool, least)
            if times and form not in found:
                ways = [
                    (*preparation(model.effective, it), it) for it in acts if form.matches(it.form)
                ]
                second = ways[1] if times > 1 and len(ways) > 1 else ()
                found[form] = Need(form, times, act, ways[0][:-1], second=second, apart=apart)
            if times:
                break
    return tuple(found.values())


def _loosened(form: Form) -> Iterator[Form]:
    """Give a form, then those that leave ever more of the goal's slots open, but one."""
    places = [place for place, role in enumerate(form.roles) if role != OTHER]
    yield form
    for count in range(1, len(places)):
        for opened in combinations(reversed(places), count):
            yield Form(
                form.pattern,
                tuple(OTHER if at in opened else role for at, role in enumerate(form.roles)),
            )


def _times(form: Form, pool: Sequence[Run], least: float) -> tuple[int, bool]:
    """Tell how often enough runs of the pool did this, and whether to another thing each time."""
    counts = [_counts(form, success) for success in pool]
    for times, apart in ((AGAIN, True), (AGAIN, False), (1, False)):
        if sum((things if apart else acts) >= times for acts, things in counts) >= least:
            return times, apart
    return 0, False


def done(form: Form, run: Run, *, apart: bool = False) -> int:
    """Count how often a run did something with effect; or, `apart`, to how many things.

    The things counted are those in the place of the first slot of the goal.
    """
    acts, things = _counts(form, run)
    return things if apart else acts


def _counts(form: Form, run: Run) -> tuple[int, int]:
    """Count how often a run did something with effect, and to how many things."""
    acts = [act for act in run.by_pattern.get(form.pattern, ()) if form.matches(act.form)]
    slots = form.slots
    if len(acts) < AGAIN or not slots:
        return len(acts), len(acts)
    place = form.roles.index(slots[0])
    return len(acts), len({act.template.arguments[place].thing for act in acts})


def preparation(acts: Sequence[Act], act: Act) -> tuple[Act, ...]:
    """Give the acts right before `act` that led to it.

    They are about nothing but its own things, or else the very last one's answer brought
    into sight what the goal names and `act` is about.
    """
    place = next(number for number, other in enumerate(acts) if other is act)
    start = place
    while start and acts[start - 1].things and acts[start - 1].things < act.things:
        start -= 1
    if start == place and start and _shows(acts[start - 1], act):
        start -= 1
    led = {it.template: it for it in acts[start:place]}
    return tuple(led.values())


def _shows(before: Act, act: Act) -> bool:
    return len(before.things) == 1 and not before.seen.isdisjoint(act.form.slots)
