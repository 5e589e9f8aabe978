"""What a chat model is shown, and how its reply is read."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.chat_prompt import conversation, corrected, first_shown
from agents.chat_reply import read_command
from skillmem.types import Prompt, Step

GOLDEN = Path(__file__).parents[1] / "golden" / "chat_prompt.txt"
COMMANDS = ("go to desk 1", "go to desk 10", "look", "take book 1 from desk 1")
SEEN = Prompt(
    goal="put a book in the drawer.",
    observation="You are in a room with a desk 1 and a drawer 1.",
    memory="## Runs that reached a goal\n\nGoal: put a pen in the drawer.\n> go to desk 1",
    steps=(
        Step(action="go to desk 1", observation="You see a book 1.", admissible=COMMANDS),
        Step(action="look", observation="", admissible=COMMANDS),
    ),
)


def words(text: str) -> int:
    """Count words, for tokens."""
    return len(text.split())


def written(steps: int, *, room: int) -> list[str]:
    """Write the conversation after some steps of ten words each."""
    step = Step(action="look", observation="one two three four five six seven eight nine")
    prompt = Prompt(goal="rest", observation="A bed.", steps=(step,) * steps)
    return [message.content for message in conversation(prompt, ["look"], room=room, count=words)]


def test_the_conversation_reads_as_promised() -> None:
    """Rules, example, memory, task, history and commands, with a correction behind."""
    messages = conversation(SEEN, COMMANDS, room=2000, count=words)
    messages = corrected(messages, "Well, the book.", commands=len(COMMANDS))

    text = "\n\n".join(f"[{message.role}]\n{message.content}" for message in messages)
    assert text + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_the_oldest_steps_go_many_at_once() -> None:
    """A growing history is cut seldom, so the conversation keeps its beginning between cuts."""
    conversations = [written(steps, room=250) for steps in range(60)]

    openings = [conversation[5] for conversation in conversations[1:]]
    assert 2 <= len(set(openings)) <= 8
    assert "are left out here" in openings[-1]
    assert all(sum(map(words, conversation)) <= 250 for conversation in conversations)
    for shorter, longer in pairwise(conversations[1:]):
        if shorter[5] == longer[5]:
            assert longer[: len(shorter) - 1] == shorter[:-1]


def test_what_always_fits_is_whole() -> None:
    """Where there is room nothing is left out."""
    assert not any("left out" in text for text in written(50, room=10_000))


@given(st.lists(st.integers(1, 30), max_size=40), st.integers(-10, 200))
def test_the_last_steps_fit(sizes: list[int], room: int) -> None:
    """What is shown of a history fits into the room, and more than nothing where it can."""
    steps = [Step(action="a", observation="b " * size) for size in sizes]

    start = first_shown(steps, [], room=room, count=words)

    shown = [size + 1 for size in sizes[start:]]
    assert 0 <= start <= len(steps)
    assert sum(shown) <= max(room, 0)


@pytest.mark.parametrize(
    ("reply", "command"),
    [
        ("3", "look"),
        (" 3.", "look"),
        ("(3)", "look"),
        ("Number: 3", "look"),
        ("The number of my next command is 3", "look"),
        ("3. look", "look"),
        ("look", "look"),
        ("> Look.", "look"),
        ("`go to desk 1`", "go to desk 1"),
        ("Action: GO TO  DESK 10!", "go to desk 10"),
        ("go to desk 10", "go to desk 10"),
        ("Sure!\n\n2. go to desk 10\nThen I look.", "go to desk 10"),
        ("I will take book 1 from desk 1, I think.", "take book 1 from desk 1"),
        ("I first\nwant to go to desk 1 now", "go to desk 1"),
        ("<think>look or go to desk 1? 4</think>\n3", "look"),
    ],
)
def test_a_reply_is_read(reply: str, command: str) -> None:
    """A number or a command counts, however it is dressed."""
    assert read_command(reply, COMMANDS) == command


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "0",
        "5",
        "33333333333333333333",
        "3 books",
        "I look around.",
        "go to desk 2",
        "go to desk 1 or go to desk 10",
        "go to desk 100",
        "<think>3",
        "¼",
        "３３",
    ],
)
def test_what_is_not_certain_is_refused(reply: str) -> None:
    """A reply that names no command, or several, is no command."""
    assert read_command(reply, COMMANDS) is None


@given(st.text(), st.lists(st.text(min_size=1), max_size=5))
def test_any_reply_is_read_or_refused(reply: str, commands: list[str]) -> None:
    """Whatever a model says, the result is one of the commands or nothing."""
    assert read_command(reply, commands) in {None, *commands}


@given(st.sampled_from(COMMANDS))
def test_a_command_word_for_word_is_itself(command: str) -> None:
    """A reply that is a command means that command."""
    assert read_command(command, COMMANDS) == command
