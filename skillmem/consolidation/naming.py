"""What a plan asks for, told with the very things of one run's task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from skillmem.consolidation.runs import OTHER, Act
from skillmem.consolidation.surroundings import Command, Sight, Surroundings
from skillmem.structure.skeletons import Roles
from skillmem.structure.templates import Argument, Reader, Template
from skillmem.types import Demonstration

AGREEING = 2
"""Successes that must agree before one of several things of a kind is taken for what it takes."""
UNTRIED = 8
"""Most commands that are named to look for what was never found."""


class Naming:
    """Tells the acts of successes with the things that a run of another task has shown.

    What the goal names is called by its name there, and by that of the very thing once it was
    seen, the same throughout. What it does not name is called by what stood in its place in a
    command that the run could give, by that at which the goal's thing was seen, or by what all
    the successes took. What can't be told stays a slot, one of `unnamed`.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        models: Sequence[Demonstration],
        *,
        read: Reader,
        unnamed: Roles,
    ) -> None:
        self._known = surroundings
        self._models = [[read.template(step) for step in model.steps] for model in models]
        self._unnamed = unnamed
        self._of_goal: dict[str, str] = {}
        self._has_searched = False

    def keep(self, act: Act, own: Act) -> tuple[str, ...]:
        """Write how the run itself did an act of a success, and before it what led it there."""
        self._bind(act, own.template, {})
        command = self._known.command(own.template)
        return tuple(self._repeat(it) for it in (*self._way(command, None), own))

    def tell(self, ways: Sequence[Sequence[Act]], act: Act) -> tuple[str, ...]:
        """Write an act of a success, and before it what led the run there, or else a success.

        Of several `ways` it is the first that the run did not go in vain. Of what the run never
        found it is told what it could have looked at.
        """
        given = next((it for it in self._known.commands if self._means(act, it.template)), None)
        led = ways[0] if ways else ()
        look = _look(led, act)
        sight = self._sight(act) if look and not given else None
        here = {} if sight is None or look is None else dict.fromkeys(look.things, sight.place)
        self._bind(act, given.template if given else None, here)
        before = [self._repeat(it) for it in self._way(given, sight)]
        if look is not None and not self._is_known(act):
            before = before or self._search(led)
        if not before:
            told = [[self._write(it, here) for it in way] for way in ways]
            before = next((it for it in told if not self._known.was_done(it)), [*told, []][0])
        return (*before, self._write(act, here))

    def _repeat(self, act: Act) -> str:
        return self._known.write(act.template, [it.thing for it in act.template.arguments])

    def _sight(self, act: Act) -> Sight | None:
        """Find where a thing was seen that the act is about, and that is not yet spoken of."""
        taken = self._of_goal.values()
        named = [it.thing for it in act.template.arguments]
        wanted = {self._of_goal[it] for it in named if it in self._of_goal}
        seen = self._known.sights(act.form.slots)
        return next((it for it in seen if it.thing in wanted or it.thing not in taken), None)

    def _way(self, given: Command | None, sight: Sight | None) -> tuple[Act, ...]:
        """Give how the run came to where a command could be given, or where a thing was seen."""
        if given is not None:
            things = frozenset(it.thing for it in given.template.arguments)
            return self._known.way(given.since, things)
        if sight is not None:
            return self._known.way(sight.since, frozenset([sight.thing, sight.place]))
        return ()

    def _search(self, led: Sequence[Act]) -> list[str]:
        """Write the commands by which the run could have looked further; once."""
        if self._has_searched:
            return []
        self._has_searched = True
        found = (list(islice(self._known.untried(it.template.pattern), UNTRIED)) for it in led)
        untried = next(filter(None, found), [])
        return [self._known.write(it, [named.thing for named in it.arguments]) for it in untried]

    def _write(self, act: Act, here: dict[str, str]) -> str:
        names = [
            self._of_goal.get(argument.thing)
            or here.get(argument.thing)
            or self._known.roles.name(role)
            or self._unnamed.slot(argument)
            for argument, role in zip(act.template.arguments, act.form.roles, strict=True)
        ]
        return self._known.write(act.template, names)

    def _bind(self, act: Act, given: Template | None, here: dict[str, str]) -> None:
        """Find out which things an act is about: the goal's for good, the others `here`."""
        places = sorted(range(len(act.form.roles)), key=lambda at: act.form.roles[at] == OTHER)
        for place in places:
            argument = act.template.arguments[place]
            names = self._of_goal if act.form.roles[place] != OTHER else here
            if argument.thing in names:
                continue
            found = given.arguments[place].thing if given else self._found(act, place)
            if found is not None:
                names[argument.thing] = found

    def _means(self, act: Act, command: Template) -> bool:
        """Tell whether a command does what an act did, to a thing that the goal names."""
        if command.pattern != act.template.pattern or not act.form.slots:
            return False
        pairs = zip(act.template.arguments, act.form.roles, command.arguments, strict=True)
        return all(role == OTHER or self._fits(own, role, given) for own, role, given in pairs)

    def _fits(self, own: Argument, role: str, given: Argument) -> bool:
        known = self._of_goal.get(own.thing)
        if known is not None:
            return known == given.thing
        free = given.thing not in self._of_goal.values()
        return free and self._known.roles.of_goal(given) == role

    def _found(self, act: Act, place: int) -> str | None:
        """Find a thing for one place of an act that no command of the run fits."""
        role = act.form.roles[place]
        things = self._things_of(role) if role != OTHER else self._usual(act, place)
        return next((it for it in things if it not in self._of_goal.values()), None)

    def _things_of(self, role: str) -> Iterator[str]:
        """Give the things of a slot: those that commands name, then the one that was seen."""
        roles = self._known.roles
        yield from (it.thing for it in self._known.things() if roles.of_goal(it) == role)
        yield from (it.thing for it in self._known.sights([role]))

    def _usual(self, act: Act, place: int) -> Iterator[str]:
        """Give the things of the kind that all the successes took in this place.

        Nothing as long as the goal's own things are unknown: where those are is chance, and so is
        what one success alone took, unless there is but one of its kind.
        """
        kinds = [
            {it.arguments[place].kind for it in model if it.pattern == act.template.pattern}
            for model in self._models
        ]
        agreed = set().union(*kinds)
        alike = dict.fromkeys(it.thing for it in self._known.things() if it.kind in agreed)
        sure = sum(map(bool, kinds)) >= AGREEING or len(alike) == 1
        return iter(alike if sure and len(agreed) == 1 and self._is_known(act) else ())

    def _is_known(self, act: Act) -> bool:
        """Tell whether all is known of an act that the goal names."""
        told = zip(act.template.arguments, act.form.roles, strict=True)
        return all(role == OTHER or argument.thing in self._of_goal for argument, role in told)


def _look(led: Sequence[Act], act: Act) -> Act | None:
    """Give the act by which a success brought into sight what an act is about, if one did."""
    last = led[-1] if led else None
    if last is None or last.form.roles != (OTHER,) or last.seen.isdisjoint(act.form.slots):
        return None
    return last
