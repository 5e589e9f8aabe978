"""What a run got to know of its task: what could be done, and what was seen where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from skillmem.actions import action_text
from skillmem.consolidation.runs import Act, Run
from skillmem.structure.skeletons import Roles
from skillmem.structure.templates import Argument, Reader, Template
from skillmem.types import Episode, Step


class Command(NamedTuple):
    """A command, and after how many acts a run knew first that it can be given.

    `since` is nothing of what was only tried in vain.
    """

    template: Template
    since: int | None


class Sight(NamedTuple):
    """A thing that an answer named, at which other thing, and after how many acts."""

    thing: str
    place: str
    since: int


class Surroundings:
    """The commands and things of one failed run's task, as far as the run has shown them."""

    def __init__(self, failure: Episode, run: Run, read: Reader) -> None:
        self.roles = Roles(run.goal)
        known = _known(failure, run)
        self.commands = tuple(Command(read.template(step), since) for step, since in known)
        self._run = run
        self._sights = _sights(run, self.roles, read)
        texts = (" ".join(action_text(step).split()) for step, _ in known)
        self._texts: dict[str, str] = {}
        self._spelt: dict[str, str] = {}
        for text, (template, _) in zip(texts, self.commands, strict=True):
            self._spell(text, template)
        self._done = {" ".join(action_text(step).split()) for step in failure.steps}

    def things(self) -> Iterator[Argument]:
        """Give the things that commands name, in order of appearance."""
        return (argument for it in self.commands for argument in it.template.arguments)

    def sights(self, slots: Sequence[str]) -> Iterator[Sight]:
        """Tell which things of the goal's slots were seen, and where each was seen first."""
        return (sight for slot in slots for sight in self._sights.get(slot, {}).values())

    def command(self, template: Template) -> Command:
        """Give what is known of a command."""
        known = (it for it in self.commands if it.template == template)
        return next(known, Command(template, None))

    def way(self, since: int | None, things: frozenset[str]) -> tuple[Act, ...]:
        """Give what a run did right before, on nothing but some of these things."""
        if since is None:
            return ()
        start = since
        while start and self._run.acts[start - 1].things and self._leads(start - 1, things):
            start -= 1
        return tuple(act for act in self._run.acts[start:since] if act.effective)

    def untried(self, pattern: str) -> Iterator[Template]:
        """Give the commands of a form that a run could have given and never gave."""
        done = {act.template for act in self._run.acts}
        for template, since in self.commands:
            if template.pattern == pattern and since is not None and template not in done:
                yield template

    def was_done(self, commands: Sequence[str]) -> bool:
        """Tell whether a run gave all of these commands."""
        return self._done.issuperset(commands)

    def write(self, template: Template, things: Sequence[str]) -> str:
        """Write a command about these things on one line, spelt as the run spelt it."""
        spelt = template.fill([self._spelt.get(thing, thing) for thing in things])
        return self._texts.get(template.fill(things), " ".join(spelt.split()))

    def _leads(self, place: int, things: frozenset[str]) -> bool:
        return self._run.acts[place].things < things

    def _spell(self, text: str, template: Template) -> None:
        """Note how a command and its things are written: they are read without case."""
        things = [argument.thing for argument in template.arguments]
        self._texts.setdefault(template.fill(things), text)
        for thing in things:
            written = re.search(re.escape(thing), text, re.IGNORECASE)
            self._spelt.setdefault(thing, written[0] if written else thing)


def _known(failure: Episode, run: Run) -> tuple[tuple[Step, int | None], ...]:
    """Give what a run could do and did, in order of appearance; what may work counts as known."""
    found: dict[str, tuple[Step, int | None]] = {}
    for since, (step, act) in enumerate(zip(failure.steps, run.acts, strict=True)):
        possible = [Step(action=action, observation="") for action in step.admissible]
        for it, known in (*((it, True) for it in possible), (step, act.effective)):
            name = action_text(it)
            if name not in found or (known and found[name][1] is None):
                found[name] = (it, since if known else None)
    return tuple(found.values())


def _sights(run: Run, roles: Roles, read: Reader) -> Mapping[str, Mapping[str, Sight]]:
    """Tell of each slot of the goal which things were seen, and where each was seen first."""
    found: dict[str, dict[str, Sight]] = {}
    for number, act in enumerate(run.acts):
        if not act.seen or len(act.things) != 1:
            continue
        for mention in read.mentions(act.observation):
            thing = read.argument(act.observation[mention.start : mention.end]).thing
            for role in roles.seen([mention]):
                sight = Sight(thing, next(iter(act.things)), number + 1)
                found.setdefault(role, {}).setdefault(thing, sight)
    return found
