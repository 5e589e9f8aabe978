"""Where in a run a cause of its failure shows: the step at which it left the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from skillmem.consolidation.causes import Cause
from skillmem.consolidation.plans import Need
from skillmem.consolidation.runs import Act, Run

ATTEMPTED = frozenset({"unprepared", "out of sight", "other thing", "too soon", "refused"})


def place_of(cause: Cause, run: Run) -> int | None:
    """Name the step, from 0, at which a run went wrong; nothing where that can't be told.

    Of an operation that was tried, its first attempt; of one that was left out, what was done
    in its stead, right after the last thing that worked; of a thing that was never found, the
    first step that only repeated an earlier one.
    """
    if cause.kind in ATTEMPTED:
        return _first(run, lambda act: cause.at.form.matches(act.form))
    if cause.kind == "unfound":
        return _first_repetition(run)
    if cause.kind == "overlooked":
        return _after(run, _first(run, lambda act: cause.at.form.slots[0] in act.seen))
    if cause.kind in ("again", "undone"):
        return _after(run, _last(run, [cause.at]))
    early = _too_early(run, cause)
    return _after(run, _last(run, cause.done)) if early is None else early


def _too_early(run: Run, cause: Cause) -> int | None:
    """Find what was done before the operation that it should have followed."""
    later = [need for need in cause.rest[1:] if need.form != cause.at.form]
    return _first(run, lambda act: any(_does(need, act) for need in later))


def _first(run: Run, fits: Callable[[Act], bool]) -> int | None:
    return next((at for at, act in enumerate(run.acts) if fits(act)), None)


def _last(run: Run, needs: Sequence[Need]) -> int | None:
    """Find by when all of `needs` had been done once."""
    firsts = [_first(run, partial(_does, need)) for need in needs]
    return max((at for at in firsts if at is not None), default=None)


def _does(need: Need, act: Act) -> bool:
    return act.effective and need.form.matches(act.form)


def _after(run: Run, place: int | None) -> int | None:
    """Give the step that follows, or the last one."""
    return None if place is None else min(place + 1, len(run.acts) - 1)


def _first_repetition(run: Run) -> int | None:
    seen: set[tuple[object, str]] = set()
    for at, act in enumerate(run.acts):
        key = (act.template, act.observation)
        if key in seen:
            return at
        seen.add(key)
    return None
