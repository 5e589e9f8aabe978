"""The structure of what was done: action templates with slots that hold throughout."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.protocols import EntityFinder, Mention
from skillmem.structure.masking import SLOT, Masked, slot
from skillmem.structure.templates import Argument, Template, reader
from skillmem.types import Lexicon, Skeleton, Step

NO_GOAL = Masked("", ())


class Roles:
    """Gives each thing its slot: a goal's things those of the masked goal, others the next."""

    def __init__(self, goal: Masked = NO_GOAL) -> None:
        self._kinds = {name: slot(number) for number, name in enumerate(goal.names)}
        self._things: dict[str, str] = {}

    def of_goal(self, argument: Argument) -> str | None:
        """Give the slot that the goal has for this thing, if it names it."""
        for name in (argument.thing, argument.kind, argument.head):
            if name in self._kinds:
                return self._kinds[name]
        return None

    def name(self, slot: str) -> str | None:
        """Give the goal's name for what has this slot, if it is one of the goal's."""
        return next((name for name, own in self._kinds.items() if own == slot), None)

    def slot(self, argument: Argument) -> str:
        """Give the thing's slot, a new one when it had none."""
        known = self.of_goal(argument)
        if known is not None:
            return known
        following = slot(len(self._kinds) + len(self._things))
        return self._things.setdefault(argument.thing, following)

    def seen(self, mentions: Sequence[Mention]) -> frozenset[str]:
        """Give the slots of the goal's things that are among `mentions`."""
        return frozenset(
            self._kinds[mention.name] for mention in mentions if mention.name in self._kinds
        )

    def write(self, template: Template) -> str:
        """Write an action with the slots of its things."""
        return template.fill([self.slot(argument) for argument in template.arguments])


def skeleton(
    steps: Sequence[Step], *, finder: EntityFinder, lexicon: Lexicon, goal: str = ""
) -> Skeleton:
    """Write down what `steps` did, without entities.

    A slot is one thing throughout; things that the goal names keep the slots of the masked
    goal. Of consecutive actions of one form the last stays: it is the one that led on.
    """
    read = reader(finder, lexicon)
    return skeleton_of([read.template(step) for step in steps], read.goal(goal))


def skeleton_of(templates: Sequence[Template], goal: Masked) -> Skeleton:
    """Write down what was done, from the templates of the actions."""
    roles = Roles(goal)
    following: list[Template | None] = [*templates[1:], None]
    return tuple(
        roles.write(one)
        for one, after in zip(templates, following, strict=True)
        if after is None or one.pattern != after.pattern
    )


def signature(of: Skeleton) -> tuple[str, ...]:
    """Give the operations that mattered, in order: what two runs of one kind of task share.

    Left out is what only prepared or explored. By rule: an action without arguments; one
    all of whose things come up in the next action with further things; one on a single
    thing that comes up with others later, or that comes up in no later action that stays
    and is not known to be the goal's; and every other action of a form that was left out
    once. The last action is judged by its form alone. Each operation is named at its first
    occurrence, and once more if it recurs.
    """
    kept: list[str] = []
    for place in essential(of):
        text = _local(of[place])
        if kept.count(text) < 2:  # noqa: PLR2004 - once, and "again"
            kept.append(text)
    return tuple(kept)


def essential(of: Sequence[str]) -> tuple[int, ...]:
    """Name the places of the actions that neither prepared nor explored (see `signature`)."""
    things = [frozenset(SLOT.findall(action)) for action in of]
    forms = [_local(action) for action in of]
    wanted = _of_goal(of)
    idle: set[str] = set()
    while True:
        kept = tuple(place for place, form in enumerate(forms) if form not in idle)
        judged = kept[:-1] if kept[-1:] == (len(of) - 1,) else kept
        found = {forms[at] for at in judged if _is_idle(at, things, kept, wanted)}
        if not found:
            return kept or tuple(range(len(of)))[-1:]
        idle |= found


def _is_idle(
    place: int, things: Sequence[frozenset[str]], kept: Sequence[int], wanted: frozenset[str]
) -> bool:
    own = things[place]
    if not own or own < things[place + 1]:
        return True
    after = [things[later] for later in kept if later > place]
    if len(own) > 1:
        return False
    return any(own < later for later in after) or not (
        own & wanted or any(own & later for later in after)
    )


def _of_goal(of: Sequence[str]) -> frozenset[str]:
    """Find slots that must be the goal's: those that first come up after a later one."""
    found: set[str] = set()
    latest = (0, "")
    for letters in SLOT.findall(" ".join(of)):
        rank = (len(letters), letters)
        if rank < latest:
            found.add(letters)
        latest = max(latest, rank)
    return frozenset(found)


def _local(action: str) -> str:
    """Number an action's slots within it alone."""
    found = list(dict.fromkeys(SLOT.findall(action)))
    return SLOT.sub(lambda match: slot(found.index(match[1])), action)
