"""What a comparison shows, as a critique of the one attempt: in the names of its own task."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from skillmem.consolidation.comparison import Comparison
from skillmem.consolidation.naming import Naming
from skillmem.consolidation.placing import place_of
from skillmem.consolidation.plans import Need, preparation
from skillmem.consolidation.runs import Act, Run
from skillmem.consolidation.wording import acts_of, word
from skillmem.critiques import CritiqueDraft
from skillmem.structure.masking import SLOT, slot
from skillmem.structure.templates import Reader
from skillmem.types import Episode


def correct(
    failure: Episode, compared: Comparison, reason: str, read: Reader
) -> CritiqueDraft | None:
    """Say a cause with the task's own names; what the environment said of it comes first.

    Nothing where a comparison shows no cause, or no step at which it shows.
    """
    run, plan, cause, _ = compared
    place = None if plan is None or cause is None else place_of(cause, run)
    if plan is None or cause is None or place is None:
        return None
    texts = word(cause, plan)
    actions = _corrected(compared, failure, read)
    lead = _named(texts.advice.splitlines()[0], run.goal.names)
    mistake = "\n".join(filter(None, [reason, _named(texts.mistake, run.goal.names)]))
    if cause.done:
        lead = f"{lead.removesuffix(':')}. From the beginning:"
    return CritiqueDraft(
        step=place, mistake=mistake, advice="\n".join([lead, *(f"> {it}" for it in actions)])
    )


def _corrected(compared: Comparison, failure: Episode, read: Reader) -> tuple[str, ...]:
    """Give what the run did right, as it did it, and then what the successes did instead."""
    run, plan, cause, models = compared
    assert plan is not None
    assert cause is not None
    naming = Naming(failure, run, models, read=read)
    kept = naming.repeat(_done(run, cause.done))
    rest = [_prepared(need) for need in cause.rest]
    told = naming.tell(acts_of(rest, again=plan.needs))
    return tuple(action for action, _ in groupby([*kept, *told]))


def _done(run: Run, needs: Sequence[Need]) -> tuple[Act, ...]:
    """Give how a run first did what it did right, with what led to it."""
    firsts = (
        next((it for it in run.effective if need.form.matches(it.form)), None) for need in needs
    )
    return tuple(
        act for it in firsts if it is not None for act in (*preparation(run.effective, it), it)
    )


def _prepared(need: Need) -> Need:
    """Take over how other successes prepared for an operation where the model did nothing."""
    usual = next((acts for acts in need.variants if acts), ())
    return need._replace(preparation=need.preparation or usual)


def _named(text: str, names: Sequence[str]) -> str:
    """Put a goal's own names into its slots."""
    own = {slot(number): name for number, name in enumerate(names)}
    return SLOT.sub(lambda found: own.get(found[0], found[0]), text)
