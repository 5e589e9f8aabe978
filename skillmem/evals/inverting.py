"""A critique turned around: as long, of the same form, and advising the opposite."""

from __future__ import annotations

from skillmem.actions import action_text
from skillmem.config import RenderingConfig
from skillmem.critiques import Critique, CritiqueDraft
from skillmem.rendering import ACTION_MARK, render_critique
from skillmem.types import Episode

RIGHT = (
    "This step was right and is to come first; what the runs that reached the goal did is no "
    "example for this task."
)
IN_THIS_ORDER = "Go on with it, in this order:"
LEAVE_OUT = "Leave this out, never do it:"
OPPOSITE = "Avoid what is said here, and do the opposite:"


def invert(critique: Critique, failure: Episode, config: RenderingConfig) -> str:
    """Write the critique of a failure so that it praises the mistake and undoes the remedy.

    What went wrong is to be done first, then what was to be done instead, back to front, and of
    that as much less. Where this would advise the same, or the advice holds no actions, what it
    advises is warned against.
    """
    lines = critique.advice.splitlines()
    wanted = [line for line in lines if line.startswith(ACTION_MARK)]
    failed = ACTION_MARK + " ".join(action_text(failure.steps[critique.step]).split())
    turned = [failed, *(line for line in reversed(wanted) if line != failed)][: len(wanted)]
    if not wanted:
        advice = [OPPOSITE, *lines]
    elif turned == wanted:
        advice = [LEAVE_OUT, *wanted]
    else:
        advice = [IN_THIS_ORDER, *turned]
    draft = CritiqueDraft(step=critique.step, mistake=RIGHT, advice="\n".join(advice))
    return render_critique(draft, failure, config)
