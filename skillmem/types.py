"""The records: frozen, typed, and all that crosses a boundary."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, NamedTuple, Self
from uuid import uuid4

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    field_validator,
    model_validator,
)

from skillmem.cleaning import clean_json, clean_text
from skillmem.errors import InvalidOption, SelfVerified
from skillmem.namespaces import Namespace as Namespace  # noqa: PLC0414 - a record's word as well
from skillmem.namespaces import format_namespace as format_namespace  # noqa: PLC0414
from skillmem.namespaces import parse_namespace as parse_namespace  # noqa: PLC0414
from skillmem.namespaces import require_namespace as require_namespace  # noqa: PLC0414

Skeleton = tuple[str, ...]
Kind = Literal["demonstration", "lesson", "preference"]
EndedBy = Literal["agent", "limit", "error", "cancelled"]
VerifierKind = Literal["environment", "tests", "tool", "user", "judge"]
Verified = Literal["replayed", "unverified"]
Decision = Literal["kept", "shortened", "dropped", "withheld"]
BatchState = Literal["promoted", "proposed", "refused"]
ChangeKind = Literal["batch", "retire", "edit", "rollback", "forget"]

Text = Annotated[str, BeforeValidator(clean_text)]
Json = Annotated[JsonValue, BeforeValidator(clean_json)]
Metadata = Annotated[dict[str, JsonValue], BeforeValidator(clean_json)]
Unit = Annotated[float, Field(ge=0.0, le=1.0)]


def new_id() -> str:
    """Make a random id of 32 hexadecimal digits."""
    return uuid4().hex


def now() -> datetime:
    """Tell the time, in UTC."""
    return datetime.now(UTC)


class Record(BaseModel):
    """A value: it can't be changed, and refuses fields it doesn't know."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="constants")


def require_record(kind: type[Record], value: object) -> None:
    """Refuse what is passed in place of a record.

    Raises:
        InvalidOption: it is no record of that kind.
    """
    if not isinstance(value, kind):
        word = kind.__name__
        raise InvalidOption(f"{value!r:.200} is no {word}; pass a skillmem.{word}")


class Task(Record):
    """What to do. `label` is for reports only: nothing learns from it or retrieves by it."""

    goal: Text
    observation: Text = ""
    label: Text = ""
    metadata: Metadata = Field(default_factory=dict)


class Step(Record):
    """One action of an attempt, and the observation it produced.

    `admissible` are the actions that were possible when this one was chosen, if known.
    """

    action: Text
    observation: Text
    admissible: tuple[Text, ...] = ()
    thought: Text = ""
    tool: Text | None = None
    arguments: Metadata | None = None
    error: Text | None = None
    call_group: Text | None = None
    reward: float | None = None


class Outcome(Record):
    """The verdict on an episode from outside the agent, and who gave it."""

    success: bool
    verifier_kind: VerifierKind
    verifier: Text = ""
    score: float | None = None
    detail: Text | None = None


def require_outside(outcome: Outcome | None, agent: str) -> None:
    """Refuse a verdict whose verifier is the agent itself (both named).

    Raises:
        SelfVerified: they are the same.
    """
    if outcome is not None and agent and outcome.verifier == agent:
        raise SelfVerified(
            f"verifier {outcome.verifier!r} is the episode's own agent; an outcome must come "
            "from outside: an environment, tests, a tool, a user or another judge"
        )


class Episode(Record):
    """One attempt at a task. Never edited once it is stored."""

    id: Text = Field(default_factory=new_id, min_length=1)
    task: Task
    steps: tuple[Step, ...] = ()
    outcome: Outcome | None = None
    ended_by: EndedBy = "agent"
    retrieval_ids: tuple[Text, ...] = ()
    started_at: datetime = Field(default_factory=now)
    ended_at: datetime = Field(default_factory=now)
    agent: Text = ""
    seed: int | None = None
    metadata: Metadata = Field(default_factory=dict)

    @model_validator(mode="after")
    def _verdict_is_from_outside(self) -> Self:
        require_outside(self.outcome, self.agent)
        return self


class Guard(Record):
    """The checkable form of a lesson, over canonical actions.

    `never`: `action` must not be done. `after`: `action` only after `other`. `at_most`:
    `action` at most `limit` times, or so many times until `other` was done, if there is one.
    Dwyer, Avrunin and Corbett's specification patterns (ICSE 1999) call them absence,
    precedence and bounded existence.

    A canonical action is a template with a slot or ``<*>`` for each argument: a slot of the
    lesson's goal is what the goal names, another slot the same thing wherever it stands in
    the guard, and ``<*>`` anything. `support` counts the successes that kept to it where they
    could have broken it. `reached` tells of each episode of the lesson, or of none, how many
    times it did the action, counted as the guard counts.
    """

    pattern: Literal["never", "after", "at_most"]
    action: str
    other: str | None = None
    limit: int | None = Field(default=None, ge=0)
    support: int = Field(default=0, ge=0)
    reached: tuple[int, ...] = ()


class Item(Record):
    """What every memory item has, whatever its kind.

    `goal` is the masked goal: the words of the task with its entities replaced by slots.
    `version` is the version of the namespace that made it; `retired_in`, the one that
    stopped showing it.
    """

    id: str
    namespace: Namespace
    episode_ids: tuple[str, ...] = Field(min_length=1)
    version: int = Field(ge=0)
    retired_in: int | None = None
    trust: Unit = 1.0
    goal: str = ""
    skeleton: Skeleton = ()


class Ladder(Record):
    """Which steps the shorter forms of a demonstration show, by their places from 0.

    The whole run comes first. Then only the steps in `observed`, where something changed or
    was rewarded, keep their observation; then there are the actions alone, then those of
    `outline` that led to the goal, then those of `operations` that neither prepared nor explored.
    """

    observed: tuple[int, ...] = ()
    outline: tuple[int, ...] = ()
    operations: tuple[int, ...] = ()


class Demonstration(Item):
    """Memory of success: the goal and the concrete steps that reached it.

    Without a `ladder` its forms are the whole run and the actions alone.
    """

    kind: Literal["demonstration"] = "demonstration"
    task: Task
    steps: tuple[Step, ...]
    verified: Verified = "unverified"
    refines: str | None = Field(default=None, description="Failed attempt whose critique it had.")
    ladder: Ladder | None = None

    @model_validator(mode="after")
    def _ladder_stands_on_steps(self) -> Self:
        ladder = self.ladder or Ladder()
        for place in (*ladder.observed, *ladder.outline, *ladder.operations):
            if not 0 <= place < len(self.steps):
                raise ValueError(f"a ladder names step {place} of {len(self.steps)}")
        return self


class Lesson(Item):
    """Memory of failure: situation, mistake, advice; no instance names, no steps.

    `model_ids` are the successes that support it: its advice was taken from them, if it rests
    on any. `counterexample_ids` are successes that did what it calls a mistake. `cause` is the
    mistake in the words in which lessons are told apart, `written_by` the distiller that worded
    this one.
    """

    kind: Literal["lesson"] = "lesson"
    situation: str
    mistake: str
    advice: str
    guard: Guard | None = None
    model_ids: tuple[str, ...] = ()
    counterexample_ids: tuple[str, ...] = ()
    cause: str = ""
    written_by: Text = ""

    @model_validator(mode="after")
    def _reached_by_each(self) -> Self:
        reached = () if self.guard is None else self.guard.reached
        if reached and len(reached) != len(self.episode_ids):
            raise ValueError(
                f"a guard tells of each episode how often it did the action: of "
                f"{len(self.episode_ids)} episodes, not of {len(reached)}"
            )
        return self

    @field_validator("situation", "mistake", "advice", "goal")
    @classmethod
    def _no_digits(cls, text: str) -> str:
        if any(char.isdigit() for char in text):
            raise ValueError(f"a lesson's text holds no digits, this one does: {text!r}")
        return text


class Preference(Item):
    """A critique rewritten as what is wanted, with the critique kept beside it."""

    kind: Literal["preference"] = "preference"
    critique: Text
    preference: Text


MemoryItem = Annotated[Demonstration | Lesson | Preference, Field(discriminator="kind")]


class Violation(Record):
    """What a candidate action goes against: a lesson with its guard, and how, in words."""

    lesson: Lesson
    message: str


class Contradiction(Record):
    """An item that others disproved, as it was, and what became of it.

    `against` are the episodes of the successes that did what it calls wrong; `narrowed` is
    what it became, if it was not retired.
    """

    lesson: Lesson
    against: tuple[str, ...]
    narrowed: Lesson | None = None


class LessonDraft(Record):
    """What a distiller found in one failure, before it becomes a `Lesson`.

    `model_ids` are the successes that the advice was taken from, if any;
    `counterexample_ids` those that did the same and won. `cause` names the mistake alike in
    whichever words it is told: drafts of one cause become one lesson. `written_by` names the
    distiller, and says why it was this one if it was not the one asked first.
    """

    situation: str
    mistake: str
    advice: str
    goal: str = ""
    skeleton: Skeleton = ()
    model_ids: tuple[str, ...] = ()
    counterexample_ids: tuple[str, ...] = ()
    cause: str = ""
    written_by: str = ""


class Trial(NamedTuple):
    """A command's form (``#`` for a number, ``@`` for another name by form), and its answers.

    `answers` are short digests of the observations that followed it; none when the command
    is shown to work, whatever counts as a refusal: it was admissible, or answered variously.
    """

    command: str
    answers: tuple[str, ...] = ()


class Evidence(Record):
    """What a lexicon rests on, each without repetition, in order of appearance.

    `commands` are the forms of commands; `names` stood in tools' arguments; `sightings` are
    what answers put before a number, the few words that end with a name; `goals` are
    goals as worded; `calls` are for each tool the arguments that all its calls in successes had.
    Each is bounded: what came first is kept.
    """

    commands: tuple[Trial, ...] = ()
    names: tuple[str, ...] = ()
    sightings: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    calls: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Lexicon(Record):
    """What was learnt about words, frozen into each version of a namespace.

    `entities` are words that name particular things (arguments that vary); `operations`
    are words of actions that stay (verbs and the words between arguments); `adjacent` are
    forms of commands whose arguments stand side by side (``cp _ _``); `goals` are the
    masked goals seen, without repetition, in order of first appearance. `refusals` are
    observations with which an environment answers an action that changes nothing. All but
    the refusals are read anew from `evidence` whenever something is learnt.
    """

    entities: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    adjacent: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    evidence: Evidence = Evidence()

    def __hash__(self) -> int:
        """Hash by the words alone: evidence is large, and they come of it."""
        return hash((self.entities, self.operations, self.goals))


class LexiconVersion(Record):
    """A lexicon, and the version of the namespace that froze it."""

    version: int = Field(ge=0)
    lexicon: Lexicon


class Cost(Record):
    """What a batch cost: calls, tokens and money of language models, and seconds of wall time.

    `money` is nothing where no model had a price.
    """

    model_calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    replays: int = 0
    seconds: float = 0.0
    money: float | None = None
    currency: str = ""


ASKED = "asked"


class Expense(Record):
    """What one question about a failure took of a model, and what came of it.

    `became` is `asked` as long as there is no answer: what was taken is then the most that it
    can be, and stays so if the process died. Later it is `lesson`, or says why another distiller
    was asked; `reply` is the model's answer as it came. `money` is nothing where the model has
    no price. `question` identifies what was asked; `caps` says which caps were in force.
    """

    id: str = Field(default_factory=new_id)
    batch_id: str
    episode_id: str
    made_at: datetime
    model: str
    calls: int = Field(default=0, ge=0)
    prompt_tokens: int = Field(default=0, ge=0)
    completion_tokens: int = Field(default=0, ge=0)
    seconds: float = Field(default=0.0, ge=0)
    money: float | None = Field(default=None, ge=0)
    currency: Text = ""
    question: str = ""
    caps: tuple[str, ...] = ()
    became: Text = ASKED
    reply: Text = ""


class Logged(Record):
    """An episode as the store holds it: with every verdict on it, oldest first.

    `episode.outcome` is the verdict it was recorded with, if any; it is then also one of
    `outcomes`. `closed` is false while steps may still come. `state` tells what consolidation
    made of it: `pending` (not seen, or judged anew since), `waiting` (for a success to be held
    against), `done`, or `skipped`.
    """

    episode: Episode
    outcomes: tuple[Outcome, ...] = ()
    closed: bool = True
    state: Literal["pending", "waiting", "done", "skipped"] = "pending"
    reason: str = ""


class Batch(Record):
    """What one call of `consolidate` made, and why it skipped the rest.

    `version` is the namespace's version after the batch: unchanged when nothing was made.
    `skipped` maps an episode's id to the reason, `pending` likewise those that are left for the
    next batch, since a cap on spending was reached. `leased` counts the episodes left out because
    another batch holds them; a dead one's are taken over when its lease ends. `contradictions`
    are the items that this batch's successes disproved.
    """

    id: str
    version: int
    state: BatchState = "promoted"
    demonstrations: tuple[Demonstration, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    preferences: tuple[Preference, ...] = ()
    retired: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    skipped: dict[str, str] = Field(default_factory=dict)
    pending: dict[str, str] = Field(default_factory=dict)
    leased: int = Field(default=0, ge=0)
    cost: Cost = Cost()


class Change(Record):
    """One step of a namespace's history: what a version added and retired, and why."""

    namespace: Namespace
    version: int
    kind: ChangeKind
    added: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    reason: str = ""
    batch_id: str | None = None
    made_at: datetime


class ReceiptLine(Record):
    """What became of one candidate of a retrieval, and why."""

    item_id: str
    kind: Kind
    decision: Decision
    reason: str
    score: float
    tokens: int = 0


class Receipt(Record):
    """Why a retrieval's text is what it is."""

    token_budget: int
    masked_goal: str = ""
    lines: tuple[ReceiptLine, ...] = ()


class Retrieval(Record):
    """The exact text that was counted, and the receipt for it. `items` is best first."""

    id: str
    text: str
    tokens: int
    items: tuple[MemoryItem, ...] = ()
    version: int = 0
    fingerprint: str = ""
    receipt: Receipt


class Prompt(Record):
    """The parts of which a policy makes its prompt, for one decision."""

    goal: Text
    observation: Text
    memory: Text = ""
    steps: tuple[Step, ...] = ()
