"""What a comparison shows, as a critique of the one attempt: in the names of its own task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from skillmem.consolidation.causes import Cause
from skillmem.consolidation.comparison import Comparison
from skillmem.consolidation.naming import Naming
from skillmem.consolidation.placing import place_of
from skillmem.consolidation.plans import Need, Plan
from skillmem.consolidation.runs import Act, Run
from skillmem.consolidation.surroundings import Surroundings
from skillmem.consolidation.wording import word
from skillmem.critiques import CritiqueDraft
from skillmem.structure.masking import SLOT, slot
from skillmem.structure.skeletons import Roles
from skillmem.structure.templates import Reader
from skillmem.types import Episode


def correct(
    failure: Episode, compared: Comparison, reason: str, read: Reader
) -> CritiqueDraft | None:
    """Say a cause with the task's own names; what the environment said of it comes first.

    Nothing where a comparison shows no cause, or no step at which it shows.
    """
    run, plan, cause = compared.run, compared.plan, compared.cause
    place = None if plan is None or cause is None else place_of(cause, run)
    if plan is None or cause is None or place is None:
        return None
    texts = word(cause, plan)
    actions = _corrected(compared, failure, read)
    lead = _named(texts.advice.splitlines()[0], run.goal.names)
    mistake = "\n".join(filter(None, [reason, _named(texts.mistake, run.goal.names)]))
    if cause.done and cause.rest != plan.needs:
        lead = f"{lead.removesuffix(':')}. From the beginning:"
    return CritiqueDraft(
        step=place, mistake=mistake, advice="\n".join([lead, *(f"> {it}" for it in actions)])
    )


def _corrected(compared: Comparison, failure: Episode, read: Reader) -> tuple[str, ...]:
    """Give what the run did right, as it did it, and then what the successes did instead."""
    run, plan, cause = compared.run, compared.plan, compared.cause
    assert plan is not None
    assert cause is not None
    surroundings = Surroundings(failure, run, read)
    naming = Naming(surroundings, compared.models, read=read, unnamed=Roles(run.goal))
    done = () if cause.rest == plan.needs else _done(run, cause.done)
    kept = [action for act, own in done for action in naming.keep(act, own)]
    told = [action for ways, act in _groups(cause, plan) for action in naming.tell(ways, act)]
    return tuple(action for action, _ in groupby([*kept, *told]))


def _groups(cause: Cause, plan: Plan) -> Iterator[tuple[Sequence[tuple[Act, ...]], Act]]:
    """Give the acts still to be done, those to be done again at last, and what led to each.

    First as the model came to it, if it did anything for it, then as the other successes did.
    """
    for need in cause.rest:
        yield [it for it in (need.preparation, *need.variants) if it], need.act
    for need in plan.needs:
        if need.second:
            yield [need.second[:-1]], need.second[-1]


def _done(run: Run, needs: Sequence[Need]) -> Iterator[tuple[Act, Act]]:
    """Pair what the successes needed with how the run first did it."""
    for need in needs:
        own = next((it for it in run.effective if need.form.matches(it.form)), None)
        if own is not None:
            yield need.act, own


def _named(text: str, names: Sequence[str]) -> str:
    """Put a goal's own names into its slots."""
    own = {slot(number): name for number, name in enumerate(names)}
    return SLOT.sub(lambda found: own.get(found[0], found[0]), text)
