"""Whether a run was still getting on when it ended, or had long stopped to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from skillmem.consolidation.causes import Cause
from skillmem.consolidation.plans import Need, Plan, first_places
from skillmem.consolidation.runs import Act, Run
from skillmem.structure.words import words
from skillmem.types import Step

LATELY = 0.3
"""Of a run's steps the last ones that are looked at, as a share; and `FEWEST` of them."""
FEWEST = 4
MOST = 0.6
"""The share of these that must be in vain for a run to go in circles."""
AGAIN = 2
DIGRESSION = 0.4
"""A share of a run's steps that it may go astray for and still be getting on."""
PATIENT = 12
"""Steps that it may do so in any case."""
PATIENCE = 3
"""Times the steps that the model took for a thing, after which it was not coming."""


def circles(run: Run) -> bool:
    """Tell whether most of the last steps were refused, or done and answered so twice before."""
    done = Counter[tuple[object, str]]()
    vain = []
    for act in run.acts:
        key = (act.template, act.observation)
        vain.append(not act.effective or done[key] >= AGAIN)
        done[key] += 1
    last = vain[-_lately(run) :]
    return len(run.acts) >= 2 * FEWEST and sum(last) >= MOST * len(last)


def _lately(run: Run) -> int:
    return max(FEWEST, round(LATELY * len(run.acts)))


def got_on(run: Run, plan: Plan, cause: Cause) -> bool:
    """Tell whether a run that was cut off had not yet had its time for what was next.

    It had, if it had already done what comes later to what was lacking.
    What it had in sight, or in hand, it must have had for at most `PATIENCE` times as many steps
    as the success that is the model took from there, or for a share of its steps that a digression
    takes. In any case it must not have gone in `circles`.
    """
    if any(_meets(act, need) for act in run.acts for need in _later(plan, cause)) or circles(run):
        return False
    since = _in_sight_since(run, cause)
    if since is None:
        return True
    patience = max(PATIENCE * _usual(plan, cause.at), DIGRESSION * len(run.acts), PATIENT)
    return len(run.acts) - since <= patience


def searched(run: Run, steps: Sequence[Step]) -> float:
    """Tell the share of all places that a run looked into; 0 where nobody told what was possible.

    Places are what could be done at some time by an action that more than once showed
    something new.
    """
    possible = {action for step in steps for action in step.admissible}
    shown = Counter(
        act.template.verb for act, new in zip(run.acts, _new(run.acts), strict=True) if new
    )
    ways = tuple(verb for verb, count in shown.items() if count > 1)
    looking = {action for action in possible if action.startswith(ways)} if ways else set()
    tried = looking.intersection(step.action for step in steps)
    return len(tried) / len(looking) if looking else 0.0


def _new(acts: Sequence[Act]) -> list[bool]:
    """Tell of each act whether it had an effect, and was not done and answered so before."""
    seen: set[tuple[object, str]] = set()
    found = []
    for act in acts:
        known = (act.template, act.observation) in seen
        seen.add((act.template, act.observation))
        found.append(act.effective and not known)
    return found


def _later(plan: Plan, cause: Cause) -> Sequence[Need]:
    """Give the needs that come later and are about the same thing of the goal."""
    if cause.kind == "again":
        return ()
    about = set(cause.at.form.slots)
    return [
        need for need in plan.needs[len(cause.done) + 1 :] if about.intersection(need.form.slots)
    ]


def _in_sight_since(run: Run, cause: Cause) -> int | None:
    """Tell after how many steps the run could begin with what it lacked; never, if nothing.

    It could when the needs before were met and what the goal names for it had come into sight;
    doing a thing again to another needs another in sight, and what came undone can be done again
    at once.
    """
    if cause.kind == "again":
        return _another(run, cause.at)
    if cause.kind == "undone":
        return max(at for at, act in enumerate(run.acts, 1) if _meets(act, cause.at))
    begun = [_met(run, need) or len(run.acts) for need in cause.done]
    for slot in cause.at.form.slots:
        seen = _first(run, partial(_shows, slot))
        if seen is None:
            return None
        begun.append(seen)
    return max(begun, default=0)


def _first(run: Run, holds: Callable[[Act], bool]) -> int | None:
    """Tell after how many steps a run first did something of which this holds."""
    return next((at for at, act in enumerate(run.acts, 1) if holds(act)), None)


def _shows(slot: str, act: Act) -> bool:
    return slot in act.seen


def _met(run: Run, need: Need) -> int | None:
    return _first(run, lambda act: _meets(act, need))


def _meets(act: Act, need: Need) -> bool:
    return act.effective and need.form.matches(act.form)


def _another(run: Run, need: Need) -> int | None:
    """Tell after how many steps a second thing was in sight for what had been done to one."""
    met = _met(run, need)
    if met is None or not (need.apart and need.form.slots):
        return met
    place = need.form.roles.index(need.form.slots[0])
    used = run.acts[met - 1].template.arguments[place]
    seen = _first(
        run, lambda act: any(it != used.thing for it in named(act.observation, used.kind))
    )
    return None if seen is None else max(seen, met)


def named(observation: str, kind: str) -> Sequence[str]:
    """Give the things of a kind that a text names by number: `apple 1`, `apple 2`."""
    found = [word.text for word in words(observation)]
    size = len(kind.split())
    return [
        " ".join(found[at : at + size + 1])
        for at in range(len(found) - size)
        if " ".join(found[at : at + size]) == kind and found[at + size].isdecimal()
    ]


def _usual(plan: Plan, need: Need) -> int:
    """Count the steps that the model took from what it had met before to this need."""
    places = first_places(plan.needs, plan.model)
    here = next((places[at] for at in places if plan.needs[at].form == need.form), 0)
    before = [place for place in places.values() if place < here]
    return here - max(before, default=0)
