"""The question to a chat model about one failure, and how its answer is read.

All of it is told in slots, so that the model has no name to repeat.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

SHOWN_ACTIONS = 24
"""Actions of a run that the question shows: the last ones up to where it went wrong."""
SYSTEM = """\
You write one short lesson for an agent that failed at a task, so that it does better next time. \
Letters in angle brackets such as <A> stand for things; write them as they are and use no other \
names and no digits. Answer with one JSON object and nothing else:
{"situation": "when the lesson applies, in one sentence", "mistake": "what the run did wrong, \
in one sentence", "advice": "what to do instead, in one sentence", "actions": ["the actions to \
do instead, in order, in the form in which they are written here"]}"""


class Told(NamedTuple):
    """What the question tells, all of it in slots."""

    goal: str
    done: Sequence[str]
    mistake: str
    instead: Sequence[str]


class Answer(BaseModel):
    """What a model answers."""

    model_config = ConfigDict(extra="ignore")

    situation: str = Field(min_length=1)
    mistake: str = Field(min_length=1)
    advice: str = Field(min_length=1)
    actions: list[str] = Field(default_factory=list)


class Read(NamedTuple):
    """An answer, and whether it had to be mended."""

    answer: Answer
    repaired: bool


def question(told: Told) -> str:
    """Write what a comparison of the failure with successes shows."""
    left_out = max(0, len(told.done) - SHOWN_ACTIONS)
    lines = [
        f"Goal: {told.goal}",
        "",
        "The failed run did this" + (" at its end:" if left_out else ":"),
        *(f"> {action}" for action in told.done[left_out:]),
        "",
        f"Compared with runs that reached the goal: {told.mistake}",
        "",
        "From there the runs that reached the goal did this:",
        *(f"> {action}" for action in told.instead),
    ]
    return "\n".join(lines)


def read_answer(reply: str) -> Read:
    """Read a reply: as it stands, or with its JSON mended.

    Raises:
        ValueError: there is no such answer in it; the message says what is missing.
    """
    plain = _validated(reply)
    if plain is not None:
        return Read(plain, repaired=False)
    start = reply.find("{")
    if start < 0:
        raise ValueError("it holds no JSON object")
    from json_repair import repair_json

    mended = repair_json(reply[start:])
    try:
        return Read(Answer.model_validate_json(mended), repaired=True)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"])) or "it"
        raise ValueError(f"{place}: {error.errors()[0]['msg']}") from error


def _validated(reply: str) -> Answer | None:
    try:
        return Answer.model_validate_json(reply)
    except ValidationError:
        return None
