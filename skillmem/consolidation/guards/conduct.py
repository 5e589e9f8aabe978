"""What runs did, counted so that guards can be looked for among many of them at once."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from skillmem.consolidation.guards.canonical import ANY, Canonical, Scope, forms, scope_of
from skillmem.consolidation.runs import Act, read_acts
from skillmem.structure.masking import slot, slots_of
from skillmem.structure.templates import Reader, Template
from skillmem.types import Demonstration, Episode, Step

FREE = slot(0)


class Followed(NamedTuple):
    """A run as a guard reads it: its masked goal, the slots of that, its scope and acts."""

    id: str
    goal: str
    goal_slots: frozenset[str]
    scope: Scope
    acts: tuple[Act, ...]


class Conduct(NamedTuple):
    """One judged run, and what it did.

    `places` tells for each canonical form the steps at which it was tried; `first` the step
    at which it first had an effect. `repeats` tells the most times that an action was done to
    the same things. `led` tells for an action on some thing what else had been done to that
    very thing with effect before, every time.
    """

    run: Followed
    success: bool
    places: Mapping[Canonical, Sequence[int]]
    first: Mapping[Canonical, int]
    repeats: Mapping[Canonical, int]
    led: Mapping[Canonical, frozenset[Canonical]]

    def times(self, action: Canonical, *, until: Canonical | None = None) -> int:
        """Count how often it tried an action, or how often until another had an effect."""
        places = self.places.get(action, ())
        if until is None or until not in self.first:
            return len(places)
        return bisect_left(places, self.first[until])


def followed(run: Episode | Demonstration, read: Reader) -> Followed:
    """Read a run for guards to follow, by the name of its episode."""
    name = run.id if isinstance(run, Episode) else run.episode_ids[0]
    return followed_steps(run.task.goal, run.steps, read, name=name)


def followed_steps(goal: str, steps: Sequence[Step], read: Reader, *, name: str = "") -> Followed:
    """Read what was done about a goal for guards to follow."""
    masked = read.goal(goal)
    return Followed(
        id=name,
        goal=masked.text,
        goal_slots=frozenset(slots_of(masked)),
        scope=scope_of(masked.text, read.operations),
        acts=read_acts(masked, steps, read),
    )


def conduct(episode: Episode, read: Reader, *, success: bool) -> Conduct:
    """Count what a run did."""
    run = followed(episode, read)
    places: dict[Canonical, list[int]] = defaultdict(list)
    first: dict[Canonical, int] = {}
    for place, act in enumerate(run.acts):
        for form in forms(act):
            places[form].append(place)
            if act.effective:
                first.setdefault(form, place)
    return Conduct(
        run=run,
        success=success,
        places=places,
        first=first,
        repeats=_repeats(run.acts),
        led=_led(run.acts),
    )


def _repeats(acts: Sequence[Act]) -> dict[Canonical, int]:
    most: dict[Canonical, int] = {}
    for template, count in Counter(act.template for act in acts).items():
        if template.arguments:
            action = _on_same(template)
            most[action] = max(count, most.get(action, 0))
    return most


def _on_same(template: Template) -> Canonical:
    """Say an action on things that stay the same, whichever they are."""
    things = list(dict.fromkeys(argument.thing for argument in template.arguments))
    roles = (slot(things.index(argument.thing)) for argument in template.arguments)
    return Canonical(template.pattern, tuple(roles))


def _led(acts: Sequence[Act]) -> dict[Canonical, frozenset[Canonical]]:
    done: dict[str, frozenset[Canonical]] = {}
    led: dict[Canonical, frozenset[Canonical]] = {}
    for act in acts:
        on = _on_each(act)
        for action, thing in on:
            before = done.get(thing, frozenset())
            led[action] = led.get(action, before) & before
        if act.effective:
            for action, thing in on:
                done[thing] = done.get(thing, frozenset()) | {action}
    return led


def _on_each(act: Act) -> list[tuple[Canonical, str]]:
    """Say an action as done to one of its things, for each of them."""
    found = []
    for place, argument in enumerate(act.template.arguments):
        roles = [ANY] * len(act.template.arguments)
        roles[place] = FREE
        found.append((Canonical(act.template.pattern, tuple(roles)), argument.thing))
    return found
