"""The records of criticism: what is said of one failed attempt, for the next one."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from skillmem.types import Record, Text

CritiqueSource = Literal["environment", "comparison", "critic"]


class CritiqueDraft(Record):
    """What a critic found in one failure, before it becomes a `Critique`.

    `step` counts from 0; a line of `advice` that begins with `> ` is an action.
    """

    step: int
    mistake: Text
    advice: Text


class Critique(Record):
    """Where one failed attempt went wrong, and how to do it instead: for the same task only.

    So it names the very things of that task, as no lesson may. `step` counts from 0 among the
    attempt's steps; a line of `advice` that begins with `> ` is an action. `text` says all of
    it, as it goes into the prompt of the next attempt. `model_ids` are the successes that the
    advice was taken from, if any.
    """

    episode_id: Text
    step: int = Field(ge=0)
    mistake: Text = Field(min_length=1)
    advice: Text = Field(min_length=1)
    text: Text = Field(min_length=1)
    source: CritiqueSource
    model_ids: tuple[Text, ...] = ()
