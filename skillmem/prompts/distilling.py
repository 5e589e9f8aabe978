"""The question to a chat model about one failure, and how its answer is read.

All of it is told in slots, so that the model has no name to repeat. The examples are of another
world, and come first, so that a server that keeps what it has read reads it once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from skillmem.chats import Message

MOST_TOKENS = 800
"""Tokens of the whole question, as the counter counts them; templates of models add some."""
SHOWN_LINES = 24
"""Lines of the run, and of what was to be done, that the question shows at most."""
GOAL_CHARACTERS = 300
LINE_CHARACTERS = 120
PROSE_CHARACTERS = 400
SENTENCE_CHARACTERS = 240
REPLY_CHARACTERS = 4_000
"""What is read of a reply: an answer is far shorter."""

SYSTEM = """\
You write one short lesson for an agent that failed at a task, so that it does better next time. \
Letters in angle brackets such as <A> stand for things: write them as they are, and use no other \
names and no digits. Answer with one JSON object and nothing else. Its keys: "situation" (one \
sentence: when the lesson applies), "mistake" (one sentence: what the run did wrong), "advice" \
(one sentence: what to do instead), "actions" (the actions to do instead, copied from the list \
in its order; leave out only what isn't needed). Say the same as what you are told, in your own \
words; add nothing to it."""
EXAMPLES = (
    Message(
        "user",
        """\
Goal: water the <A> at <B>.

The failed run did this:
> take can
> go to <B>
> pour on <A> (it changed nothing)

When it went wrong: "pour" changes nothing.
What went wrong: The run tried "pour" without "fill" on the same thing right before it.

What to do instead, in this order:
> fill can
> go to <B>
> pour on <A>""",
    ),
    Message(
        "assistant",
        """\
{"situation": "Pouring on <A> changes nothing.", "mistake": "The run poured without having filled \
the same thing before.", "advice": "Fill first, then go to <B> and pour on <A>.", \
"actions": ["fill can", "go to <B>", "pour on <A>"]}""",
    ),
    Message(
        "user",
        """\
Goal: send <A> to <B>.

The failed run did this:
> take <A> from something
> post <A> to <B>

When it went wrong: "take" worked, and the goal is still open.
What went wrong: The run never did "stamp"; the runs that reached the goal did it before "post".

What to do instead, in this order:
> stamp <A> with <C>
> post <A> to <B>""",
    ),
    Message(
        "assistant",
        """\
{"situation": "<A> was taken, and the goal is still open.", "mistake": "The run never did \
\\"stamp\\", which comes before \\"post\\".", \
"advice": "Stamp <A> with <C> before you post it to <B>.", \
"actions": ["stamp <A> with <C>", "post <A> to <B>"]}""",
    ),
)
"""Of another world; an answer that repeats a sentence of these says nothing of the run."""
EXAMPLES_VERBS = ("pour", "fill", "stamp")
_FAULT = re.compile(
    r"\b(?:never|not|no|nothing|without|before|after|too|another|other|instead|kept|more|again|until"
    r"|once|fail\w*|wrong|miss\w*|forgot\w*|skip\w*|late|early|out of reach)\b|n't\b",
    re.IGNORECASE,
)
"""Words of which a sentence that says what was wrong has one."""
SLOT = re.compile(r"<([A-Z]+)>")
_MARK = re.compile(r"^\s*(?:>|[-*•]|\d+[.)])\s*")


Sentence = Annotated[str, Field(min_length=1, max_length=SENTENCE_CHARACTERS)]


class Told(NamedTuple):
    """What the question tells, all of it in slots.

    `situation` and `mistake` are as they are worded by rule; `key` is the one of the actions in
    `instead` that the mistake is about.
    """

    goal: str
    done: Sequence[str]
    situation: str
    mistake: str
    instead: Sequence[str]
    key: str


class Answer(BaseModel):
    """What a model answers."""

    model_config = ConfigDict(extra="forbid", strict=True)

    situation: Sentence
    mistake: Sentence
    advice: Sentence
    actions: list[str] = Field(min_length=1, max_length=SHOWN_LINES)


class Read(NamedTuple):
    """An answer, and whether it had to be mended."""

    answer: Answer
    repaired: bool


def schema(told: Told) -> dict[str, Any]:
    """Give the answer's JSON schema; its actions are those that the question lists."""
    whole = Answer.model_json_schema()
    choices = list(dict.fromkeys(shown for shown, _ in listed(told)))
    items = {"type": "string", "enum": choices} if choices else {"type": "string"}
    most = max(1, len(told.instead[:SHOWN_LINES]))
    own = {"items": items, "maxItems": most}
    actions: Mapping[str, Any] = {**whole["properties"]["actions"], **own}
    return {**whole, "properties": {**whole["properties"], "actions": actions}}


def listed(told: Told) -> tuple[tuple[str, str], ...]:
    """Give the actions that may be advised, each as it is shown and as it is."""
    return tuple((_clipped(action, LINE_CHARACTERS), action) for action in told.instead)


def messages(told: Told, *, count: Callable[[str], int]) -> tuple[Message, ...]:
    """Write the conversation, in at most 800 tokens as `count` counts them.

    What doesn't fit is left out: the run's first lines, then the last of what was to be done.
    """
    opening = (Message("system", SYSTEM), *EXAMPLES)
    room = MOST_TOKENS - sum(count(message.content) for message in opening)
    done, instead = _shown(told.done, last=True), _shown(told.instead)
    text = _question(told, done, instead)
    while count(text) > room and (done or len(instead) > 1):
        done, instead = (done[len(done) // 2 + 1 :], instead) if done else (done, instead[:-1])
        text = _question(told, done, instead)
    while count(text) > room:
        text = text[: len(text) * 3 // 4]
    return (*opening, Message("user", text))


def read_answer(reply: str) -> Read:
    """Read a reply: as it stands, or with its JSON mended; each of its texts on one line.

    Raises:
        ValueError: there is no such answer in it; the message says what is missing.
    """
    try:
        return _read(reply, repaired=False)
    except ValidationError as error:
        if error.errors()[0]["type"] != "json_invalid":
            raise ValueError(_reason(error)) from error
    start = reply.find("{")
    if start < 0:
        raise ValueError("it holds no JSON object")
    from json_repair import repair_json

    try:
        return _read(repair_json(reply[start : start + REPLY_CHARACTERS]), repaired=True)
    except ValidationError as error:
        raise ValueError(_reason(error)) from error


def _read(text: str, *, repaired: bool) -> Read:
    answer = Answer.model_validate_json(text)
    plain = Answer(
        situation=_sentence(answer.situation),
        mistake=_sentence(answer.mistake),
        advice=_sentence(answer.advice),
        actions=[action_of(action) for action in answer.actions],
    )
    return Read(plain, repaired=repaired)


def _sentence(text: str) -> str:
    return " ".join(text.split()).lstrip("> ")


def action_of(line: str) -> str:
    """Take from an action what models put around it: a mark, a number of a list, a stop."""
    return " ".join(_MARK.sub("", line).split()).rstrip(".;,")


def objection(answer: Answer, told: Told) -> str | None:
    """Say what in an answer rests on nothing that was told, if anything does."""
    if _is_echo(answer):
        return "it repeats an example"
    known = {action for _, action in listed(told)}
    made_up = next((action for action in answer.actions if action not in known), None)
    if made_up is not None:
        return f"{made_up!r} is none of the actions that were listed"
    rest = iter(told.instead)
    if not all(action in rest for action in answer.actions):
        return "its actions are out of order"
    if told.key not in answer.actions:
        return f"it leaves out {told.key!r}, which the mistake is about"
    slots = set(SLOT.findall(" ".join((told.goal, *known))))
    said = f"{answer.situation} {answer.mistake} {answer.advice}"
    unknown = next((it for it in SLOT.findall(said) if it not in slots), None)
    if unknown is not None:
        return f"<{unknown}> stands for nothing"
    return _misreport(answer, told)


def _misreport(answer: Answer, told: Told) -> str | None:
    """Say where an answer plainly says something else than it was told, if it does."""
    said = f"{answer.situation} {answer.mistake} {answer.advice}".casefold()
    text = _question(told, told.done, told.instead).casefold()
    strange = next((it for it in EXAMPLES_VERBS if it not in text and it in said), None)
    if strange is not None:
        return f"it speaks of {strange!r}, as an example does"
    if "too few" in told.mistake and "too many" in said:
        return "it says too many for too few"
    fault = _FAULT.search(told.mistake) and not _FAULT.search(answer.mistake)
    return "its mistake names nothing that was wrong" if fault else None


def _is_echo(answer: Answer) -> bool:
    """Tell whether an answer repeats an example."""
    said = "\n".join(it.content for it in EXAMPLES if it.role == "assistant")
    return any(f'"{it.strip()}"' in said for it in (answer.mistake, answer.advice))


def _question(told: Told, done: Sequence[str], instead: Sequence[str]) -> str:
    """Write what a comparison of the failure with successes shows."""
    left_out = len(done) < len(told.done)
    parts = [f"Goal: {_clipped(told.goal, GOAL_CHARACTERS)}"]
    if done:
        parts.append(_list("At its end the failed run did this:" if left_out else RUN, done))
    situation, mistake = (_clipped(it, PROSE_CHARACTERS) for it in (told.situation, told.mistake))
    parts.append(f"When it went wrong: {situation}\nWhat went wrong: {mistake}")
    parts.append(_list("What to do instead, in this order:", instead))
    return "\n\n".join(parts)


RUN = "The failed run did this:"


def _list(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([heading, *(f"> {line}" for line in lines)])


def _shown(lines: Sequence[str], *, last: bool = False) -> list[str]:
    """Cut lines to a length, and take the first of them, or the last."""
    clipped = [_clipped(line, LINE_CHARACTERS) for line in lines]
    return clipped[-SHOWN_LINES:] if last else clipped[:SHOWN_LINES]


def _clipped(text: str, characters: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= characters else flat[: characters - 1] + "…"


def _reason(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"])) or "it"
    return f"{place}: {first['msg']}"
