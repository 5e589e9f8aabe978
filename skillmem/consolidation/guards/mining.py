"""Guards mined by contrast: what successes never did, or not so often, and failures did.

A guard is judged by the successes that it will meet, not by those that it was made of. As
many further successes as were seen will, whatever their distribution, break a limit that
none of these passed about once in all (they are exchangeable); each step that a limit is
raised above the most that was seen lowers that as the tail of what was seen falls off.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from math import exp
from typing import NamedTuple

from skillmem.config import GuardConfig
from skillmem.consolidation.guards.canonical import ANY, Canonical
from skillmem.consolidation.guards.conduct import Conduct, Followed
from skillmem.consolidation.guards.following import reach
from skillmem.structure.masking import SLOT
from skillmem.types import Guard

NEARLY_ALL = 0.8
RAISED = 15
"""How far a limit may be raised above the most that a success did."""

Counts = Callable[[Conduct], int]


class Mined(NamedTuple):
    """A guard, the masked goal of the tasks that it is about, if not all, and who broke it."""

    guard: Guard
    goal: str
    episode_ids: tuple[str, ...]


class _Candidate(NamedTuple):
    """What may become a guard: an action, the one it is counted until, and how to count."""

    action: Canonical
    other: Canonical | None
    counts: Counts
    tried: Counts


class _Found(NamedTuple):
    """A guard with the goal it is about, and the failures that broke it."""

    guard: Guard
    goal: str
    broken: tuple[str, ...]

    def new(self, covered: Collection[str]) -> int:
        """Count the failures that broke it and are not covered."""
        return sum(name not in covered for name in self.broken)


def mine(conducts: Sequence[Conduct], config: GuardConfig) -> tuple[Mined, ...]:
    """Find the fewest guards that most failures break and hardly any success will.

    Those of all tasks, and those of tasks that ask for the same.
    """
    scopes: dict[object, list[Conduct]] = defaultdict(list)
    for conduct in conducts:
        scopes[conduct.run.scope].append(conduct)
    found = list(_judged(_of_all(conducts, config), conducts, "", config))
    for group in scopes.values():
        goal = Counter(it.run.goal for it in group).most_common(1)[0][0]
        found += _judged(_of_scope(group, config), group, goal, config)
    runs = {it.run.id: it.run for it in conducts}
    return tuple(_mined(it, runs) for it in _fewest(found, config))


def _mined(found: _Found, runs: Mapping[str, Followed]) -> Mined:
    """Tell of each failure that broke a guard how far it went."""
    reached = (reach(found.guard, runs[name], goal=found.goal) for name in found.broken)
    guard = found.guard.model_copy(update={"reached": tuple(reached)})
    return Mined(guard, found.goal, found.broken)


def alarms(limit: int, successes: Sequence[int]) -> float:
    """Estimate how many of as many further successes pass a limit that none of these did."""
    most = max(successes)
    top = sorted(successes)[int(NEARLY_ALL * len(successes)) :]
    start = sorted(successes)[max(0, int(NEARLY_ALL * len(successes)) - 1)]
    excesses = [value - start for value in top if value > start]
    spread = sum(excesses) / len(excesses) if excesses else 1.0
    return exp((most - limit) / spread)


def _judged(
    candidates: Iterable[_Candidate], group: Sequence[Conduct], goal: str, config: GuardConfig
) -> Iterator[_Found]:
    successes = [it for it in group if it.success]
    failures = [it for it in group if not it.success]
    if len(successes) < config.support:
        return
    for candidate in candidates:
        kept = [candidate.counts(it) for it in successes]
        reached = {it.run.id: candidate.counts(it) for it in failures}
        limit = _limit(kept, tuple(reached.values()), config)
        if limit is None:
            continue
        broken = tuple(name for name, count in reached.items() if count > limit)
        never = not limit and candidate.other is None
        support = sum(never or candidate.tried(it) > 0 for it in successes)
        if support >= config.support:
            yield _Found(_guard(candidate, limit, support), goal, broken)


def _limit(kept: Sequence[int], reached: Sequence[int], config: GuardConfig) -> int | None:
    """Choose the lowest limit that no success passed and that is precise enough, if any is."""
    most = max(kept)
    for limit in range(most, most + (RAISED if most else 1)):
        broken = sum(count > limit for count in reached)
        if broken < config.breaches:
            return None
        if broken >= config.precision * (broken + alarms(limit, kept)):
            return limit
    return None


def _guard(candidate: _Candidate, limit: int, support: int) -> Guard:
    other = None if candidate.other is None else candidate.other.text
    return Guard(
        pattern="at_most" if limit else "after" if other else "never",
        action=candidate.action.text,
        other=other,
        limit=limit or None,
        support=support,
    )


def _fewest(found: Sequence[_Found], config: GuardConfig) -> Iterator[_Found]:
    """Choose greedily those that most failures break which break none of the others.

    First of those that forbid, as they tell most; then of those that count until another act;
    then of those that count at all.
    """
    covered = set[str]()
    chosen = chain.from_iterable(
        _greedily([it for it in found if _telling(it) == telling], covered, config)
        for telling in range(3)
    )
    yield from islice(chosen, config.most)


def _telling(found: _Found) -> int:
    if found.guard.pattern != "at_most":
        return 0
    return 1 if found.guard.other else 2


def _greedily(found: Sequence[_Found], covered: set[str], config: GuardConfig) -> Iterator[_Found]:
    left = sorted(found, key=lambda it: (it.goal, it.guard.action, it.guard.other or ""))
    while left:
        best = max(left, key=lambda it: (it.new(covered), *_plain(it)))
        if best.new(covered) < config.breaches:
            return
        yield best
        covered.update(best.broken)
        left.remove(best)


def _plain(found: _Found) -> tuple[int, int]:
    """Prefer what names more things, then what leaves fewer open."""
    said = f"{found.guard.action} {found.guard.other}"
    return (len(SLOT.findall(said)), -said.count(ANY))


def _of_all(conducts: Sequence[Conduct], config: GuardConfig) -> Iterator[_Candidate]:
    """Count actions whatever they are done to, on the same things, and what they come after."""
    failures = [it for it in conducts if not it.success]
    successes = [it for it in conducts if it.success]
    for action in _common(chain.from_iterable(it.places for it in failures), config.breaches):
        if set(action.roles) <= {ANY}:
            yield _total(action)
    known = set(chain.from_iterable(it.repeats for it in successes))
    for action in _common(chain.from_iterable(it.repeats for it in failures), config.breaches):
        if action in known:
            yield _repeated(action)
    for action in _common(chain.from_iterable(it.led for it in failures), config.breaches):
        led = [it.led[action] for it in successes if action in it.led]
        for other in sorted(frozenset.intersection(*led)) if led else ():
            if other.pattern != action.pattern:
                yield _after(action, other)


def _of_scope(group: Sequence[Conduct], config: GuardConfig) -> Iterator[_Candidate]:
    """Count actions on the goal's things, in all and until another on the goal's things."""
    successes = [it for it in group if it.success]
    failures = [it for it in group if not it.success]
    tried = _common(chain.from_iterable(it.places for it in failures), config.breaches)
    done = Counter(chain.from_iterable(it.first for it in successes))
    needed = [
        form
        for form, count in done.items()
        if count >= NEARLY_ALL * len(successes) and _names_goal(form)
    ]
    for action in tried:
        yield _total(action)
        for other in needed if _names_goal(action) else ():
            if other != action:
                yield _until(action, other)


def _common(found: Iterable[Canonical], least: int) -> list[Canonical]:
    """Give those that come up in so many runs, each run naming each once."""
    return [it for it, count in Counter(found).items() if count >= least]


def _names_goal(form: Canonical) -> bool:
    return any(role != ANY for role in form.roles)


def _total(action: Canonical) -> _Candidate:
    def count(conduct: Conduct) -> int:
        return conduct.times(action)

    return _Candidate(action, None, count, count)


def _until(action: Canonical, other: Canonical) -> _Candidate:
    return _Candidate(
        action,
        other,
        lambda conduct: conduct.times(action, until=other),
        lambda conduct: conduct.times(action),
    )


def _repeated(action: Canonical) -> _Candidate:
    def count(conduct: Conduct) -> int:
        return conduct.repeats.get(action, 0)

    return _Candidate(action, None, count, count)


def _after(action: Canonical, other: Canonical) -> _Candidate:
    return _Candidate(
        action,
        other,
        lambda conduct: action in conduct.led and other not in conduct.led[action],
        lambda conduct: action in conduct.led,
    )
