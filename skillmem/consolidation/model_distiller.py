"""The distiller that asks a chat model, once a failure, and falls back where that gives nothing."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from importlib.util import find_spec
from typing import NamedTuple

from skillmem.chats import Message, Usage
from skillmem.consolidation.comparison import Comparison, comparer
from skillmem.consolidation.distiller import draft_of
from skillmem.consolidation.drafts import disproved, objection
from skillmem.consolidation.runs import OTHER, Act
from skillmem.consolidation.wording import acts_of, word
from skillmem.errors import ModelError, ModelUnavailable
from skillmem.extras import missing_extra
from skillmem.prompts.distilling import (
    Answer,
    Told,
    action_of,
    listed,
    messages,
    read_answer,
    schema,
)
from skillmem.prompts.distilling import objection as unfounded
from skillmem.protocols import ChatModel, EntityFinder, Purse, TokenCounter
from skillmem.structure.masking import Masked, slot
from skillmem.structure.skeletons import Roles
from skillmem.structure.templates import Reader, reader
from skillmem.types import Demonstration, Episode, LessonDraft, Lexicon

logger = logging.getLogger("skillmem")

MESSAGE_TOKENS = 16
"""Tokens that a model's template may put around a message."""
NO_ANSWER, UNREADABLE, REFUSED = (
    f"fell back, {why}" for why in ("no answer", "unreadable", "refused")
)
IN_PLACE_OF = {
    NO_ANSWER: "the model gave no answer",
    UNREADABLE: "the model's answer could not be read",
    REFUSED: "the model's draft was refused",
}
"""What a lesson says of it: the details hold names and digits, and stay in the ledger."""


class Asked(NamedTuple):
    """What came of asking: a draft, or the kind of reason why there is none, and the details."""

    draft: LessonDraft | None
    kind: str
    details: str = ""
    reply: str = ""
    gone: bool = False

    @property
    def became(self) -> str:
        """Say it in a line."""
        return f"{self.kind}: {self.details}" if self.details else self.kind


class ModelDistiller:
    """Words lessons by a chat model, from where a failure left the way of the successes.

    The model is asked at most once a failure, at temperature 0 and with a fixed seed, for JSON;
    what is malformed is mended here. A failure is asked about again only when a later batch sees it
    otherwise: the same question about it is never paid for twice. Names in its words become slots
    where the goal names them; its actions are those that the comparison with the successes lists.
    Where it can't be reached, its answer can't be read, or what it wrote may be no lesson, the
    built-in distiller's words are taken: the lesson says so (`written_by`), the ledger why. A model
    that is gone is not asked again in that batch. What shows no difference from the successes is
    not asked about.

    Raises:
        MissingExtra: the package `json-repair` isn't installed.
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

        if find_spec("json_repair") is None:
            raise missing_extra("a model's answers need json-repair", "openai")
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
        if plain is None or disproved(plain) is not None:
            return plain
        asked = self._ask(_Question(failure, _told(found), plain, read), purse)
        if asked.draft is not None:
            return asked.draft
        logger.warning("episode %s: %s %s", failure.id, self._model.name, asked.became)
        return plain.model_copy(
            update={"written_by": f"{plain.written_by}, as {IN_PLACE_OF[asked.kind]}"}
        )

    def _ask(self, question: _Question, purse: Purse) -> Asked:
        """Ask, unless the answer is known; note what it took."""
        said = messages(question.told, count=self._count)
        key, name = self._digest(said), question.failure.id
        known = purse.recall(name, key)
        if known is not None:
            return question.judged(known, by=self._author)
        try:
            expense = purse.reserve(name, self._model, self._most(said), question=key)
        except ModelUnavailable as gone:
            return Asked(None, NO_ANSWER, str(gone))
        before = self._model.usage
        asked = self._answered(question, said)
        usage = self._model.usage.minus(before)
        purse.settle(expense, usage, became=asked.became, reply=asked.reply)
        if asked.gone:
            purse.give_up(self._model, asked.details)
        return asked

    def _answered(self, question: _Question, said: Sequence[Message]) -> Asked:
        try:
            reply = self._model.complete(
                said,
                temperature=0.0,
                max_tokens=self._max_tokens,
                seed=self._seed,
                schema=schema(question.told),
            )
        except ModelError as error:
            return Asked(None, NO_ANSWER, str(error), gone=isinstance(error, ModelUnavailable))
        return question.judged(reply, by=self._author)

    @property
    def _author(self) -> str:
        return self._model.model or self._model.name

    def _most(self, said: Sequence[Message]) -> Usage:
        """Count the most that a request can take."""
        tokens = sum(self._count(message.content) + MESSAGE_TOKENS for message in said)
        return Usage(
            calls=self._model.most_calls,
            prompt_tokens=tokens,
            completion_tokens=self._max_tokens,
        )

    def _digest(self, said: Sequence[Message]) -> str:
        """Identify all that an answer depends on."""
        told = repr((self._author, self._max_tokens, self._seed, *said))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


class _Question(NamedTuple):
    """What is asked about a failure, and by what an answer is judged."""

    failure: Episode
    told: Told
    plain: LessonDraft
    read: Reader

    def judged(self, reply: str, *, by: str) -> Asked:
        """Read a reply, put it into slots, and see whether it may be a lesson."""
        try:
            answer, repaired = read_answer(reply)
        except ValueError as error:
            return Asked(None, UNREADABLE, str(error), reply)
        slotted = self._in_slots(answer)
        draft = self.plain.model_copy(
            update={
                "situation": slotted.situation,
                "mistake": slotted.mistake,
                "advice": "\n".join([slotted.advice, *(f"> {it}" for it in slotted.actions)]),
                "written_by": by,
            }
        )
        refused = unfounded(slotted, self.told) or objection(draft, self.failure, self.read)
        if refused is not None:
            return Asked(None, REFUSED, refused, reply)
        marks = ("lesson", "mended" * repaired, "generalised" * (slotted != answer))
        return Asked(draft, ", ".join(filter(None, marks)), reply=reply)

    def _in_slots(self, answer: Answer) -> Answer:
        """Write the goal's slots for its things, and the listed actions as they are listed."""
        goal = self.read.goal(self.failure.task.goal)
        choices = {action_of(shown).casefold(): action for shown, action in listed(self.told)}
        actions = (in_slots(action, goal, self.read) for action in answer.actions)
        return Answer(
            situation=in_slots(answer.situation, goal, self.read),
            mistake=in_slots(answer.mistake, goal, self.read),
            advice=in_slots(answer.advice, goal, self.read),
            actions=[choices.get(action.casefold(), action) for action in actions],
        )


def _told(found: Comparison) -> Told:
    """Tell a failure and what to do instead in the slots of its goal."""
    assert found.plan is not None
    assert found.cause is not None
    words = word(found.cause, found.plan)
    roles, at = Roles(found.plan.model.goal), found.cause.at.act
    acts = acts_of(found.cause.rest, found.cause, found.plan)
    instead = [roles.write(act.template) for act in acts]
    key = next((line for line, act in zip(instead, acts, strict=True) if act is at), instead[0])
    done: list[str] = []
    for line in map(_line, found.run.acts):
        if line not in done[-1:]:
            done.append(line)
    return Told(
        goal=found.run.goal.text,
        done=done,
        situation=words.situation,
        mistake=words.mistake,
        instead=instead,
        key=key,
    )


def _line(act: Act) -> str:
    """Write an act with the goal's slots; what the goal doesn't name is something."""
    roles = ["something" if role == OTHER else role for role in act.form.roles]
    return act.template.fill(roles) + (" (it changed nothing)" * (not act.effective))


def in_slots(text: str, goal: Masked, read: Reader) -> str:
    """Write the goal's slots for its things, numbered or not."""
    own = {name: slot(number) for number, name in enumerate(goal.names)}
    parts: list[str] = []
    end = 0
    for mention in read.mentions(text):
        if mention.name in own:
            parts += [text[end : mention.start], own[mention.name]]
            end = mention.end
    text = "".join([*parts, text[end:]])
    for name in sorted(own, key=len, reverse=True):
        named = rf"(?<![\w<]){re.escape(name)}(?:e?s)?(?: \d+)?(?![\w>])"
        text = re.sub(named, own[name], text, flags=re.IGNORECASE)
    return text
