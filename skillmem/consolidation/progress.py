"""Whether a run was still getting on when it ended, or had long stopped to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from skillmem.consolidation.causes import Cause
from skillmem.consolidation.plans import Need, Plan, first_places
from skillmem.consolidation.runs import Act, Run
from skillmem.types import Step

LATELY = 0.3
"""Of a run's steps the last ones that are looked at, as a share."""
FEWEST = 4
NEW = 0.5
MOST = 0.6
AGAIN = 2
DIGRESSION = 0.4
"""A share of a run's steps that it may go astray for and still be getting on."""
PATIENT = 12
PATIENCE = 3
"""Times the steps that the successes took for a thing, after which it was not coming."""


def explores(run: Run) -> bool:
    """Tell whether of the last steps at least half did something not done and answered before."""
    new = _new(run.acts)[-_lately(run) :]
    return bool(new) and sum(new) / len(new) >= NEW


def circles(run: Run) -> bool:
    """Tell whether most of the last steps were refused, or done and answered so twice before."""
    done = Counter[tuple[object, str]]()
    vain = []
    for act in run.acts:
        key = (act.template, act.observation)
        vain.append(not act.effective or done[key] >= AGAIN)
        done[key] += 1
    last = vain[-_lately(run) :]
    return len(last) > FEWEST and sum(last) >= MOST * len(last)


def _lately(run: Run) -> int:
    return max(FEWEST, round(LATELY * len(run.acts)))


def got_on(run: Run, plan: Plan, cause: Cause) -> bool:
    """Tell whether a run that was cut off had not yet had its time for what was next.

    It had, if it had already done what comes later to what was lacking.
    What it had in sight, or in hand, it must have had for at most `PATIENCE` times as many steps
    as the success that is the model took from there, or for a share of its steps that a digression
    takes. What was not yet in sight it must have looked for: it must not have gone in `circles`.
    """
    if any(_meets(act, need) for act in run.acts for need in _later(plan, cause)):
        return False
    since = _in_sight_since(run, cause)
    if since is None:
        return not circles(run)
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
    begun = _met(run, cause.done)
    if cause.kind == "again":
        return _another(run, cause.at)
    if cause.kind == "undone":
        return max(at for at, act in enumerate(run.acts, 1) if _meets(act, cause.at))
    for slot in cause.at.form.slots:
        first = next((at for at, act in enumerate(run.acts, 1) if slot in act.seen), None)
        if first is None:
            return None
        begun = max(begun, first)
    return begun


def _met(run: Run, needs: Sequence[Need]) -> int:
    """Tell after how many steps all of these needs were first met."""
    return max(
        (
            next((at for at, act in enumerate(run.acts, 1) if _meets(act, need)), len(run.acts))
            for need in needs
        ),
        default=0,
    )


def _meets(act: Act, need: Need) -> bool:
    return act.effective and need.form.matches(act.form)


def _another(run: Run, need: Need) -> int | None:
    """Tell after how many steps a second thing was in sight for what had been done to one."""
    if not (need.apart and need.form.slots):
        return next((at for at, act in enumerate(run.acts, 1) if _meets(act, need)), None)
    place = need.form.roles.index(need.form.slots[0])
    used = [act.template.arguments[place] for act in run.acts if _meets(act, need)]
    if not used:
        return None
    first = next(at for at, act in enumerate(run.acts, 1) if _meets(act, need))
    kind, thing = used[0].kind, used[0].thing
    for at, act in enumerate(run.acts, 1):
        if any(name != thing for name in named(act.observation, kind)):
            return max(at, first)
    return None


def named(observation: str, kind: str) -> Sequence[str]:
    """Give the things of a kind that a text names by number: `apple 1`, `apple 2`."""
    words = observation.casefold().replace(",", " ").replace(".", " ").split()
    size = len(kind.split())
    return [
        " ".join(words[at : at + size + 1])
        for at in range(len(words) - size)
        if " ".join(words[at : at + size]) == kind and words[at + size].isdecimal()
    ]


def _usual(plan: Plan, need: Need) -> int:
    """Count the steps that the model took from what it had met before to this need."""
    places = first_places(plan.needs, plan.model)
    here = next((places[at] for at in places if plan.needs[at].form == need.form), 0)
    before = [place for place in places.values() if place < here]
    return here - max(before, default=0)
