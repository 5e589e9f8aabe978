"""A critique of one failed attempt: where it went wrong, and how to do it instead.

There is none without both. The environment's own reason comes first, then what the nearest
successes show, then a critic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from skillmem.actions import action_text
from skillmem.config import Config
from skillmem.consolidation.comparison import Comparison, comparer
from skillmem.consolidation.correcting import correct
from skillmem.consolidation.triage import triage
from skillmem.consolidation.verdicts import distrust
from skillmem.critiques import Critique, CritiqueDraft, CritiqueSource
from skillmem.protocols import Critic
from skillmem.rendering import ACTION_MARK, render_critique
from skillmem.structure.templates import Reader
from skillmem.types import Demonstration, Episode

NUMBERED = re.compile(r"(?<!\w)step (\d+)(?!\w)", re.IGNORECASE)
INSTEAD = "Do this instead:"


class Found(NamedTuple):
    """A draft, who it is from, and the successes that its advice was taken from."""

    draft: CritiqueDraft
    source: CritiqueSource
    models: tuple[Demonstration, ...] = ()


def criticise(
    failure: Episode,
    *,
    successes: Sequence[Demonstration],
    read: Reader,
    config: Config,
    critic: Critic | None = None,
) -> Critique | None:
    """Say where a failed attempt went wrong and what to do instead, if both can be told.

    Nothing of an attempt without a trusted verdict or without a step, of a success, of a fault
    of what carries the agent, or of a task that can't be done as it was put.
    """
    outcome = failure.outcome
    if outcome is None or outcome.success or not failure.steps:
        return None
    if distrust(outcome, config.consolidation) is not None:
        return None
    compared = comparer(read).compare(failure, successes)
    if triage(failure, outcome, compared, lexicon=read.lexicon).cause in ("fault", "task"):
        return None
    for found in _sources(failure, compared, successes, read=read, critic=critic):
        if _says_where_and_how(found.draft, failure):
            return _critique(found, failure, config)
    return None


def _sources(
    failure: Episode,
    compared: Comparison,
    successes: Sequence[Demonstration],
    *,
    read: Reader,
    critic: Critic | None,
) -> Iterator[Found]:
    """Give what each source says, the first to be taken first; ask a critic last."""
    reason = (failure.outcome.detail if failure.outcome else None) or ""
    told = _reason_of_environment(failure, reason)
    if told is not None:
        yield Found(told, "environment")
    draft = correct(failure, compared, reason, read)
    if draft is not None:
        yield Found(draft, "comparison", compared.models)
    asked = critic.criticise(failure, successes=successes) if critic else None
    if asked is not None:
        yield Found(asked, "critic")


def _says_where_and_how(draft: CritiqueDraft, failure: Episode) -> bool:
    named = 0 <= draft.step < len(failure.steps)
    return named and bool(draft.mistake.strip()) and bool(draft.advice.strip())


def _critique(found: Found, failure: Episode, config: Config) -> Critique:
    draft = found.draft
    return Critique(
        episode_id=failure.id,
        step=draft.step,
        mistake=draft.mistake,
        advice=draft.advice,
        text=render_critique(draft, failure, config.rendering),
        source=found.source,
        model_ids=tuple(dict.fromkeys(name for it in found.models for name in it.episode_ids)),
    )


def _reason_of_environment(failure: Episode, reason: str) -> CritiqueDraft | None:
    """Read a verdict's reason that names a step and, on lines that begin with `> `, actions."""
    lines = [line for line in reason.splitlines() if line.strip()]
    said = "\n".join(line for line in lines if not line.startswith(ACTION_MARK))
    actions = [line for line in lines if line.startswith(ACTION_MARK)]
    place = _step_named(failure, said)
    if place is None or not actions:
        return None
    return CritiqueDraft(step=place, mistake=said, advice="\n".join([INSTEAD, *actions]))


def _step_named(failure: Episode, reason: str) -> int | None:
    """Find the step that a reason names, by its number from 1 or by its very action."""
    number = NUMBERED.search(reason)
    if number is not None and 0 < int(number[1]) <= len(failure.steps):
        return int(number[1]) - 1
    named = [at for at, step in enumerate(failure.steps) if _names(reason, action_text(step))]
    return named[-1] if named else None


def _names(reason: str, action: str) -> bool:
    said = action.strip()
    return bool(said) and re.search(rf"(?<!\w){re.escape(said)}(?!\w)", reason) is not None
