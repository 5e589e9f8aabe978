"""A critic that asks a chat model: the template of its question, and how its answer is read."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from pydantic import BaseModel, Field, ValidationError

from skillmem.actions import action_text
from skillmem.chats import Message
from skillmem.config import RenderingConfig
from skillmem.critiques import CritiqueDraft
from skillmem.protocols import ChatModel
from skillmem.rendering import goal_line, one_line, render_actions
from skillmem.types import Demonstration, Episode

logger = logging.getLogger("skillmem")

MOST_SUCCESSES = 2
"""Successes that the question shows: those whose goals share most words with the failure's."""
MOST_TOKENS = 600
SYSTEM = """\
You are shown one failed attempt at a task. The very same task will be tried again, from the \
beginning. Find the first step that went wrong, say in one sentence why, and give the actions to \
take instead, from the first to the last, in the form in which they are written here and with the \
names of this task. Answer with one JSON object and nothing else:
{"step": 3, "mistake": "why step 3 was wrong", "actions": ["first action", "second action"]}"""
LEAD = "Do this instead, from the beginning:"


class _Reply(BaseModel):
    step: int = Field(ge=1)
    mistake: str = Field(min_length=1)
    actions: list[str] = Field(min_length=1)


class ModelCritic:
    """Asks a model once a failure; implements `protocols.Critic`.

    What it can't read of an answer is no critique, and is logged as it came.
    """

    def __init__(self, model: ChatModel, *, seed: int = 0) -> None:
        self._model = model
        self._seed = seed

    def criticise(
        self, failure: Episode, *, successes: Sequence[Demonstration]
    ) -> CritiqueDraft | None:
        """Let the model name a step, the mistake and the actions; nothing if it names none.

        Raises:
            ModelUnavailable, UnusableReply: the model raised it.
        """
        question = Message("user", write_question(failure, successes))
        reply = self._model.complete(
            [Message("system", SYSTEM), question],
            temperature=0.0,
            max_tokens=MOST_TOKENS,
            seed=self._seed,
        )
        draft = read_answer(reply, failure)
        if draft is None:
            logger.warning("a critic's answer is no critique: %r", reply)
        return draft


def write_question(failure: Episode, successes: Sequence[Demonstration]) -> str:
    """Write a failure with numbered steps, its verdict's reason, and the nearest successes."""
    config = RenderingConfig()
    lines = [goal_line(failure.task.goal, config)]
    for number, step in enumerate(failure.steps, start=1):
        answer = one_line(step.observation or step.error or "", config.observation_characters)
        lines.append(f"{number}. {one_line(action_text(step), config.action_characters)}")
        lines += [f"   {answer}"] if answer else []
    reason = (failure.outcome.detail if failure.outcome else None) or ""
    lines.append(f"It failed. {one_line(reason, config.prose_characters)}".rstrip())
    shown = [
        render_actions(goal_line(it.task.goal, config), it.steps, config)
        for it in _nearest(failure, successes)
    ]
    parts = ["\n".join(lines), *(["Attempts that succeeded:", *shown] if shown else [])]
    return "\n\n".join(parts)


def read_answer(reply: str, failure: Episode) -> CritiqueDraft | None:
    """Read the JSON object of an answer, whatever stands around it; nothing where it is not one."""
    start, end = reply.find("{"), reply.rfind("}")
    try:
        answer = _Reply.model_validate_json(reply[start : end + 1] if start >= 0 else "")
    except ValidationError:
        return None
    if answer.step > len(failure.steps):
        return None
    actions = [" ".join(action.removeprefix(">").split()) for action in answer.actions]
    advice = [LEAD, *(f"> {action}" for action in actions if action)]
    if len(advice) == 1:
        return None
    return CritiqueDraft(
        step=answer.step - 1, mistake=" ".join(answer.mistake.split()), advice="\n".join(advice)
    )


def _nearest(failure: Episode, successes: Sequence[Demonstration]) -> list[Demonstration]:
    own = set(failure.task.goal.casefold().split())
    shared = sorted(
        successes, key=lambda it: -len(own.intersection(it.task.goal.casefold().split()))
    )
    return shared[:MOST_SUCCESSES]
