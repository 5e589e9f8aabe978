"""The conversation that a chat model is shown: what stays comes first, what grows follows.

First the rules and an example of another world, the same for every task; then memory and the
task, the same for an episode; then each step as an answer and what it showed. Only the last
message lists the possible commands. So a conversation begins as the one before it did, and a
server that keeps what it has read reads the newest step and the list alone.

Commands are listed with numbers, and a number is asked for: an answer takes two tokens, and the
smallest models name a possible command nearly always, where in words they did every second
time. What was done is told in words: behind a row of numbers they just count on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from skillmem.llms import Message
from skillmem.types import Prompt, Step

RULES = (
    "You act in a world of text to reach a goal. Each turn you see what your last command did, "
    "and a numbered list of the commands that are possible now. Answer with the number of one of "
    "them, and with nothing else."
)
EXAMPLE = (
    Message(
        "user",
        "Goal: water the fern.\n\n"
        "You stand in a shed. You see a can 1 and a fern 1.\n\n"
        "Possible commands:\n1. go to fern 1\n2. look\n3. take can 1\n\n"
        "Answer with the number of your next command:",
    ),
    Message("assistant", "3"),
    Message(
        "user",
        "You take the can 1.\n\n"
        "Possible commands:\n1. go to fern 1\n2. inventory\n3. look\n\n"
        "Answer with the number of your next command:",
    ),
    Message("assistant", "1"),
)
CUT = "[The first {count} commands and what they showed are left out here.]"
POSSIBLE = "Possible commands:\n{commands}\n\nAnswer with the number of your next command:"
CORRECTION = "That is no number of the list. Answer with a number from 1 to {count} alone."
NOTHING_SEEN = "Nothing is seen."
SHARE = 0.5
"""How much of the room is kept when steps must be left out: what remains stays for a while."""

Count = Callable[[str], int]


def conversation(
    prompt: Prompt, admissible: Sequence[str], *, room: int, count: Count
) -> list[Message]:
    """Write the conversation, in about `room` tokens as `count` counts them.

    What doesn't fit is left out from the oldest step on, many steps at once.
    """
    task = _task(prompt)
    example = (message.content for message in EXAMPLE)
    fixed = sum(map(count, (RULES, *example, task, CUT, POSSIBLE)))
    start = first_shown(prompt.steps, admissible, room=room - fixed, count=count)
    opening = f"{task}\n\n{CUT.format(count=start)}" if start else task
    messages = [Message("system", RULES), *EXAMPLE, Message("user", opening)]
    for step in prompt.steps[start:]:
        messages += [Message("assistant", step.action), Message("user", _seen(step))]
    last = messages.pop()
    asked = POSSIBLE.format(commands=_listed(admissible))
    return [*messages, last._replace(content=f"{last.content}\n\n{asked}")]


def corrected(messages: Sequence[Message], reply: str, *, commands: int) -> list[Message]:
    """Go on with a reply that can't be used, and say what can."""
    correction = CORRECTION.format(count=commands)
    return [*messages, Message("assistant", reply), Message("user", correction)]


def first_shown(
    steps: Sequence[Step], admissible: Sequence[str], *, room: int, count: Count
) -> int:
    """Say from which step on the history is shown.

    It is followed as it grew: whenever the history and the commands of the moment exceeded
    `room`, the oldest steps went, until it took half of what the commands left.
    """
    moments = [*(step.admissible for step in steps[1:]), admissible]
    sizes = [count(step.action) + count(_seen(step)) for step in steps]
    start, shown = 0, 0
    for end, commands in enumerate(moments[: len(steps)]):
        shown += sizes[end]
        left = room - count(_listed(commands))
        if shown > left:
            while start <= end and shown > SHARE * left:
                shown -= sizes[start]
                start += 1
    return start


def _listed(commands: Sequence[str]) -> str:
    return "\n".join(f"{number}. {command}" for number, command in enumerate(commands, 1))


def _task(prompt: Prompt) -> str:
    parts = (prompt.memory, f"Goal: {prompt.goal}", prompt.observation)
    return "\n\n".join(part for part in parts if part)


def _seen(step: Step) -> str:
    return step.observation or step.error or NOTHING_SEEN
