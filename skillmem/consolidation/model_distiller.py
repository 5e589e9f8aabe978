"""The distiller that asks a chat model, once a failure, and falls back where that gives nothing."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

from skillmem.chats import Message, Usage
from skillmem.consolidation.comparison import Comparison, comparer
from skillmem.consolidation.distiller import draft_of
from skillmem.consolidation.drafts import objection
from skillmem.consolidation.wording import word
from skillmem.errors import ModelError
from skillmem.prompts.distilling import SYSTEM, Answer, Told, question, read_answer
from skillmem.protocols import ChatModel, EntityFinder, Purse, TokenCounter
from skillmem.structure.masking import Masked, slot
from skillmem.structure.skeletons import Roles
from skillmem.structure.templates import Reader, reader
from skillmem.types import Demonstration, Episode, LessonDraft, Lexicon

logger = logging.getLogger("skillmem")

MESSAGE_TOKENS = 16
"""Tokens that a model's template may put around a message."""


class Asked(NamedTuple):
    """What came of asking: a draft or the reason why there is none, and the reply as it came."""

    draft: LessonDraft | None
    became: str
    reply: str = ""


class ModelDistiller:
    """Words lessons by a chat model, from where a failure left the way of the successes.

    The model is asked at most once a failure, at temperature 0 and with a fixed seed, for JSON;
    what is malformed is mended here. Names in its words become slots where the goal names them.
    Where it can't be reached, its answer can't be read, or what it wrote may be no lesson, the
    built-in distiller's words are taken, and the lesson says so (`written_by`). What shows no
    difference from the successes is not asked about.
    """

    def __init__(
        self,
        model: ChatModel,
        *,
        counter: TokenCounter | None = None,
        max_tokens: int = 300,
        seed: int = 0,
    ) -> None:
        from skillmem.tokens import TiktokenCounter

        self._model = model
        self._count = (counter or TiktokenCounter()).count
        self._max_tokens = max_tokens
        self._seed = seed

    @property
    def name(self) -> str:
        """Name the model."""
        return self._model.name

    def distil(
        self,
        failure: Episode,
        *,
        successes: Sequence[Demonstration],
        finder: EntityFinder,
        lexicon: Lexicon,
        purse: Purse,
    ) -> LessonDraft | None:
        """Let the model say what went wrong, or the built-in distiller where it can't.

        Raises:
            CapReached: a request might pass what may be spent.
        """
        read = reader(finder, lexicon)
        found = comparer(read).compare(failure, successes)
        plain = draft_of(found)
        if plain is None:
            return None
        messages = [Message("system", SYSTEM), Message("user", question(_told(found, plain)))]
        read_most = sum(self._count(it.content) + MESSAGE_TOKENS for it in messages)
        most = Usage(calls=1, prompt_tokens=read_most, completion_tokens=self._max_tokens)
        purse.require(self._model, most)
        before = self._model.usage
        asked = self._ask(messages, plain, failure, read)
        usage = self._model.usage.minus(before)
        purse.note(failure.id, self._model, usage, became=asked.became, reply=asked.reply)
        if asked.draft is not None:
            return asked.draft
        logger.warning("episode %s: %s %s", failure.id, self._model.name, asked.became)
        return plain.model_copy(update={"written_by": f"{plain.written_by}: {asked.became}"})

    def _ask(
        self, messages: Sequence[Message], plain: LessonDraft, failure: Episode, read: Reader
    ) -> Asked:
        try:
            reply = self._model.complete(
                messages,
                temperature=0.0,
                max_tokens=self._max_tokens,
                seed=self._seed,
                schema=Answer.model_json_schema(),
            )
        except ModelError as error:
            return Asked(None, f"fell back, no answer: {error}")
        try:
            answer, repaired = read_answer(reply)
        except ValueError as error:
            return Asked(None, f"fell back, unreadable: {error}", reply)
        goal = read.goal(failure.task.goal)
        draft = _draft(answer, plain, goal, read, written_by=self._model.name)
        refused = objection(draft, failure, read)
        if refused is not None:
            return Asked(None, f"fell back, refused: {refused}", reply)
        return Asked(draft, "lesson, mended" if repaired else "lesson", reply)


def _told(found: Comparison, plain: LessonDraft) -> Told:
    """Tell a failure and what to do instead in the slots of its goal."""
    assert found.plan is not None
    assert found.cause is not None
    roles = Roles(found.run.goal)
    advised = [line.removeprefix("> ") for line in plain.advice.splitlines() if line[:1] == ">"]
    return Told(
        goal=found.run.goal.text,
        done=[roles.write(act.template) for act in found.run.acts],
        mistake=word(found.cause, found.plan).mistake,
        instead=advised,
    )


def _draft(
    answer: Answer, plain: LessonDraft, goal: Masked, read: Reader, *, written_by: str
) -> LessonDraft:
    """Put an answer into a draft, with slots for what it names of the goal's things."""

    def line(text: str) -> str:
        return _in_slots(" ".join(text.split()), goal, read)

    actions = [line(action.strip().removeprefix(">")) for action in answer.actions]
    return plain.model_copy(
        update={
            "situation": line(answer.situation),
            "mistake": line(answer.mistake),
            "advice": "\n".join([line(answer.advice), *(f"> {it}" for it in actions if it)]),
            "written_by": written_by,
        }
    )


def _in_slots(text: str, goal: Masked, read: Reader) -> str:
    """Write the goal's slots for its things."""
    own = {name: slot(number) for number, name in enumerate(goal.names)}
    parts: list[str] = []
    end = 0
    for mention in read.mentions(text):
        if mention.name in own:
            parts += [text[end : mention.start], own[mention.name]]
            end = mention.end
    return "".join([*parts, text[end:]])
