"""The distiller that needs no model: it compares a failure with the nearest successes."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.consolidation.causes import LOCAL
from skillmem.consolidation.comparison import Comparison, comparer
from skillmem.consolidation.wording import acts_of, word
from skillmem.protocols import EntityFinder, Purse
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
        purse: Purse,  # noqa: ARG002 - it asks no model
    ) -> LessonDraft | None:
        """Say what went wrong and what to do instead, or nothing when that can't be told."""
        return draft_of(comparer(reader(finder, lexicon)).compare(failure, successes))


def draft_of(found: Comparison) -> LessonDraft | None:
    """Word what a comparison shows, or nothing when it shows no cause."""
    plan, cause = found.plan, found.cause
    if plan is None or cause is None:
        return None
    texts = word(cause, plan)
    needs = cause.rest if cause.kind in LOCAL else plan.needs
    return LessonDraft(
        situation=texts.situation,
        mistake=texts.mistake,
        advice=texts.advice,
        goal=found.run.goal.text,
        skeleton=skeleton_of(
            [act.template for act in acts_of(needs, cause, plan)], plan.model.goal
        ),
        model_ids=_episodes(found.models),
        counterexample_ids=_episodes(found.counterexamples),
        cause=texts.mistake,
        written_by=BuiltInDistiller.name,
    )


def _episodes(items: Sequence[Demonstration]) -> tuple[str, ...]:
    """Name the episodes whose steps are shown."""
    return tuple(dict.fromkeys(it.episode_ids[0] for it in items))
