"""What a plan asks for, told with the very things of one run's task."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from skillmem.actions import action_text
from skillmem.consolidation.runs import OTHER, Act, Run
from skillmem.structure.skeletons import Roles
from skillmem.structure.templates import Argument, Reader, Template
from skillmem.types import Demonstration, Episode, Step

AGREEING = 2
"""Successes that must agree before one of several things of a kind is taken for what it takes."""


class Sight(NamedTuple):
    """A thing that an answer named, and the thing that was looked at."""

    thing: str
    place: str


class Naming:
    """Tells the acts of successes with the things that a run of another task has shown.

    What the goal names is called by its name there, and by that of the very thing once it was
    seen; a thing that the goal does not name, by what stood in its place in a command that the
    run could give, or else by one of the kind that all the successes took. What can't be told
    stays a slot.
    """

    def __init__(
        self, failure: Episode, run: Run, models: Sequence[Demonstration], *, read: Reader
    ) -> None:
        self._run = run
        self._roles = Roles(run.goal)
        possible = _possible(failure)
        self._commands = [read.template(step) for step in possible]
        self._spelling = _Spelling(map(action_text, possible), self._commands)
        self._models = [[read.template(step) for step in model.steps] for model in models]
        self._bound: dict[str, str] = {}
        self._sights = _sights(run, self._roles, read)

    def tell(self, acts: Sequence[Act]) -> tuple[str, ...]:
        """Write the acts; the same thing has the same name throughout."""
        self._bind_sights(acts)
        for act in sorted(acts, key=lambda act: -len(act.things)):
            self._bind(act)
        unnamed = Roles(self._run.goal)
        return tuple(
            self._spelling.write(
                act.template,
                [
                    self._bound.get(argument.thing) or self._named(role) or unnamed.slot(argument)
                    for argument, role in zip(act.template.arguments, act.form.roles, strict=True)
                ],
            )
            for act in acts
        )

    def repeat(self, acts: Sequence[Act]) -> tuple[str, ...]:
        """Write acts of the run itself."""
        return tuple(
            self._spelling.write(act.template, [it.thing for it in act.template.arguments])
            for act in acts
        )

    def _bind(self, act: Act) -> None:
        """Find out which things an act is about here: the goal's first, then the others."""
        given = next((it for it in self._commands if self._means(act, it)), None)
        places = sorted(range(len(act.form.roles)), key=lambda at: act.form.roles[at] == OTHER)
        for place in places:
            found = given.arguments[place].thing if given else self._alone(act, place)
            if found is not None:
                self._bound.setdefault(act.template.arguments[place].thing, found)

    def _bind_sights(self, acts: Sequence[Act]) -> None:
        """Where a success looked and saw what the goal names, look where the run saw it."""
        for before, act in pairwise(acts):
            seen = [
                self._sights[role]
                for role in act.form.slots
                if role in before.seen & self._sights.keys()
            ]
            commanded = any(self._means(act, it) for it in self._commands)
            if seen and len(before.things) == 1 and not commanded:
                self._bound.update(dict.fromkeys(before.things, seen[0].place))

    def _means(self, act: Act, command: Template) -> bool:
        """Tell whether a command does what an act did, to a thing that the goal names."""
        if command.pattern != act.template.pattern or not act.form.slots:
            return False
        pairs = zip(act.template.arguments, act.form.roles, command.arguments, strict=True)
        return all(self._fits(own, role, given) for own, role, given in pairs)

    def _fits(self, own: Argument, role: str, given: Argument) -> bool:
        known = self._bound.get(own.thing)
        if known is not None:
            return known == given.thing
        free = given.thing not in self._bound.values()
        return free and role in (OTHER, self._roles.of_goal(given))

    def _alone(self, act: Act, place: int) -> str | None:
        """Find a thing for one place of an act that no command of the run fits."""
        role = act.form.roles[place]
        found = self._of_goal(role) if role != OTHER else self._usual(act, place)
        return next((thing for thing in found if thing not in self._bound.values()), None)

    def _of_goal(self, role: str) -> Iterable[str]:
        """Give the things of a slot: those that commands name, then the one that was seen."""
        yield from (it.thing for it in self._things() if self._roles.of_goal(it) == role)
        if role in self._sights:
            yield self._sights[role].thing

    def _usual(self, act: Act, place: int) -> Iterable[str]:
        """Give the things of the kind that all the successes took in this place.

        Nothing as long as the goal's own things are unknown: where those are is chance, and so
        what one success alone took, unless there is but one of its kind.
        """
        told = zip(act.template.arguments, act.form.roles, strict=True)
        if any(role != OTHER and argument.thing not in self._bound for argument, role in told):
            return ()
        kinds = [
            {it.arguments[place].kind for it in model if it.pattern == act.template.pattern}
            for model in self._models
        ]
        agreed = set().union(*kinds)
        alike = dict.fromkeys(it.thing for it in self._things() if it.kind in agreed)
        agreeing = sum(map(bool, kinds)) >= AGREEING
        return alike if len(agreed) == 1 and (agreeing or len(alike) == 1) else ()

    def _things(self) -> Iterable[Argument]:
        return (argument for command in self._commands for argument in command.arguments)

    def _named(self, role: str) -> str | None:
        """Give the goal's own name for what has this slot."""
        return self._roles.name(role)


class _Spelling:
    """How a run wrote its commands and the things in them: names are read without case."""

    def __init__(self, texts: Iterable[str], commands: Sequence[Template]) -> None:
        self._texts: dict[str, str] = {}
        self._things: dict[str, str] = {}
        for text, command in zip(texts, commands, strict=True):
            things = [argument.thing for argument in command.arguments]
            self._texts.setdefault(command.fill(things), " ".join(text.split()))
            for thing in things:
                written = re.search(re.escape(thing), text, re.IGNORECASE)
                self._things.setdefault(thing, written[0] if written else thing)

    def write(self, template: Template, things: Sequence[str]) -> str:
        """Write a command with these things, on one line."""
        plain = template.fill(things)
        spelt = template.fill([self._things.get(thing, thing) for thing in things])
        return self._texts.get(plain, " ".join(spelt.split()))


def _possible(failure: Episode) -> Sequence[Step]:
    """Give what a run did and could have done, in order of appearance, each once."""
    found: dict[str, Step] = {}
    for step in failure.steps:
        for action in step.admissible:
            found.setdefault(action, Step(action=action, observation=""))
        if step.tool is None:
            found.setdefault(step.action, step)
    calls = (step for step in failure.steps if step.tool is not None)
    return (*found.values(), *calls)


def _sights(run: Run, roles: Roles, read: Reader) -> Mapping[str, Sight]:
    """Tell of each slot of the goal which thing was first seen, and where."""
    found: dict[str, Sight] = {}
    for act in run.acts:
        if not act.seen or len(act.things) != 1:
            continue
        for mention in read.mentions(act.observation):
            thing = read.argument(act.observation[mention.start : mention.end]).thing
            for role in roles.seen([mention]):
                found.setdefault(role, Sight(thing, next(iter(act.things))))
    return found
