"""Which steps each form of a demonstration shows, from the whole run down to its operations.

A long run is cut where reward came, and each piece is followed backwards from its end: what was
done to things that were needed later led there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from skillmem.structure.skeletons import Roles, essential
from skillmem.structure.states import effects, transitions
from skillmem.structure.templates import Reader
from skillmem.types import Ladder, Step

Places = tuple[int, ...]


def make_ladder(steps: Sequence[Step], *, goal: str, read: Reader) -> Ladder:
    """Decide what the shorter forms of a run show. `steps` still have what was admissible."""
    roles = Roles(read.goal(goal))
    mattered = _operations(steps, range(len(steps)), roles, read)
    rewarded = {place for place, step in enumerate(steps) if is_rewarded(step)}
    ends = rewarded.union(it for it in mattered if _is_on_goal(steps[it], roles, read))
    led_up = {place - 1 for place in ends if place}
    led = led_to_end(steps, range(len(steps)), read, ends=ends | led_up)
    idle = {place for place, it in enumerate(transitions(steps)) if it.unchanged} - ends
    outline = _leading_on([place for place in led if place not in idle], steps, read, ends=ends)
    operations = _operations(steps, outline, roles, read) if len(outline) > 1 else mattered
    return Ladder(
        observed=tuple(sorted({*rewarded, *outline})),
        outline=tuple(sorted({*outline, *operations})),
        operations=operations,
    )


def led_to_end(
    steps: Sequence[Step],
    places: Sequence[int],
    read: Reader,
    *,
    ends: Collection[int] = frozenset(),
) -> Places:
    """Guess which of these steps led to the last of them, to those rewarded and to `ends`.

    Backwards from these, they are the ones that had an effect on things that are needed. Before
    a reward, that is only what the piece behind it used once, and so didn't come by itself.
    """
    effective = effects(steps, read.lexicon.refusals)
    needed: Counter[str] = Counter()
    kept: list[int] = []
    for place in reversed(places):
        things = {it.thing for it in read.template(steps[place]).arguments}
        rewarded = is_rewarded(steps[place])
        if rewarded:
            needed = Counter(thing for thing, uses in needed.items() if uses == 1)
        ended = rewarded or place == places[-1] or place in ends
        if ended or (effective[place] and not things.isdisjoint(needed)):
            needed.update(things)
            kept.append(place)
    return tuple(reversed(kept))


def _leading_on(
    places: Sequence[int], steps: Sequence[Step], read: Reader, *, ends: Collection[int]
) -> Places:
    """Of commands of one form in a row, on one thing each, leave the last: it led on."""
    following: list[int | None] = [*places[1:], None]
    return tuple(
        place
        for place, after in zip(places, following, strict=True)
        if after is None or place in ends or not _is_led_on(steps[place], steps[after], read)
    )


def _is_led_on(step: Step, after: Step, read: Reader) -> bool:
    one, other = read.template(step), read.template(after)
    return step.tool is None and len(one.arguments) == 1 and one.pattern == other.pattern


def is_rewarded(step: Step) -> bool:
    """Tell whether a step brought reward."""
    return step.reward is not None and step.reward > 0


def _is_on_goal(step: Step, roles: Roles, read: Reader) -> bool:
    return any(roles.of_goal(it) for it in read.template(step).arguments)


def _operations(steps: Sequence[Step], places: Sequence[int], roles: Roles, read: Reader) -> Places:
    """Choose the steps that had an effect, and neither prepared nor explored."""
    effective = effects(steps, read.lexicon.refusals)
    tried = [place for place in places if effective[place]]
    written = [roles.write(read.template(steps[place])) for place in tried]
    return tuple(tried[place] for place in essential(written)) if tried else ()
