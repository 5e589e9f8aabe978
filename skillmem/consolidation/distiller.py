"""The distiller that needs no model: it compares a failure with the nearest successes."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.consolidation.comparison import Comparison, comparer
from skillmem.consolidation.wording import acts_of, word
from skillmem.protocols import EntityFinder
from skillmem.structure.skeletons import skeleton_of
from skillmem.structure.templates import reader
from skillmem.types import Demonstration, Episode, LessonDraft, Lexicon


class BuiltInDistiller:
    """Finds by rule where a failure left the way of the successes nearest to it."""

    name = "built-in"

    def distil(
        self,
        failure: Episode,
        *,
        successes: Sequence[Demonstration],
        finder: EntityFinder,
        lexicon: Lexicon,
    ) -> LessonDraft | None:
        """Say what went wrong and what to do instead, or nothing when that can't be told."""
        return _draft(comparer(reader(finder, lexicon)).compare(failure, successes))


def _draft(found: Comparison) -> LessonDraft | None:
    plan, cause = found.plan, found.cause
    if plan is None or cause is None:
        return None
    texts = word(cause, plan)
    return LessonDraft(
        situation=texts.situation,
        mistake=texts.mistake,
        advice=texts.advice,
        goal=found.run.goal.text,
        skeleton=skeleton_of(
            [act.template for act in acts_of(plan.needs, again=plan.needs)], plan.model.goal
        ),
        model_ids=tuple(dict.fromkeys(it.episode_ids[0] for it in found.models)),
    )
