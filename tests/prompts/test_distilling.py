"""What a model is asked about a failure, and how its answer is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skillmem.prompts.distilling import (
    MOST_TOKENS,
    SHOWN_LINES,
    Told,
    messages,
    objection,
    read_answer,
    schema,
)
from skillmem.tokens import TiktokenCounter

GOLDEN = Path(__file__).parents[1] / "golden" / "distilling_prompt.txt"
COUNT = TiktokenCounter().count
TOLD = Told(
    goal="put a hot <A> in <B>.",
    done=("go to something", "take <A> from something", "move <A> to <B> (it changed nothing)"),
    situation='"take" worked, and the goal is still open.',
    mistake='The run never did "heat"; the runs that reached the goal did it before "move".',
    instead=("go to <C>", "heat <A> with <C>", "go to <B>", "move <A> to <B>"),
    key="heat <A> with <C>",
)
ANSWER = {
    "situation": "<A> is cold.",
    "mistake": "The run never heated <A>.",
    "advice": "Heat <A> with <C> before you move it to <B>.",
    "actions": ["heat <A> with <C>", "move <A> to <B>"],
}


def test_the_question_reads_as_promised() -> None:
    """Rules, two examples of another world, then the failure, all of it in slots."""
    written = messages(TOLD, count=COUNT)

    text = "\n\n".join(f"[{message.role}]\n{message.content}" for message in written)
    assert text + "\n" == GOLDEN.read_text(encoding="utf-8")


lines = st.lists(st.text(min_size=1, max_size=300), min_size=1, max_size=60)


@given(goal=st.text(max_size=5_000), done=lines, mistake=st.text(max_size=3_000), instead=lines)
def test_a_question_is_bounded(
    goal: str, done: list[str], mistake: str, instead: list[str]
) -> None:
    """However long a run and whatever it holds, a question has 800 tokens at most."""
    told = Told(goal, done * 20, mistake, mistake, instead, key=instead[0])

    assert sum(COUNT(message.content) for message in messages(told, count=COUNT)) <= MOST_TOKENS


def test_the_end_of_a_long_run_is_shown() -> None:
    """What came last is told rather than what came first, and that something is left out."""
    told = TOLD._replace(done=[f"do {'x' * number}" for number in range(1, 40)])

    question = messages(told, count=COUNT)[-1].content

    assert "At its end the failed run did this:" in question
    assert f"> {told.done[-1]}\n" in question
    assert f"> {told.done[0]}\n" not in question
    assert all(f"> {action}" in question for action in told.instead)


def test_an_answer_has_the_actions_that_were_listed() -> None:
    """A server that holds a model to a schema lets it advise nothing else, and not for ever."""
    actions = schema(TOLD)["properties"]["actions"]

    assert actions["items"]["enum"] == list(TOLD.instead)
    assert actions["maxItems"] == len(TOLD.instead) <= SHOWN_LINES
    assert schema(TOLD)["additionalProperties"] is False


def test_what_stands_on_what_was_told_is_accepted() -> None:
    """Some of the actions, in their order, with the one that matters."""
    answer, repaired = read_answer(json.dumps(ANSWER))

    assert not repaired
    assert objection(answer, TOLD) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"actions": ["move <A> to <B>", "heat <A> with <C>"]}, "out of order"),
        ({"actions": ["heat <A> with <C>", "heat <A> with <C>"]}, "out of order"),
        ({"actions": ["go to <B>"]}, "leaves out 'heat <A> with <C>'"),
        ({"actions": ["heat <A>"]}, "'heat <A>' is none of the actions"),
        ({"advice": "Heat <D>."}, "<D> stands for nothing"),
        ({"advice": "Fill first, then go to <B> and pour on <A>."}, "repeats an example"),
        ({"mistake": "The run never stamped <A>."}, "speaks of 'stamp'"),
        ({"mistake": "The run heated <A> with <C>."}, "names nothing that was wrong"),
    ],
)
def test_what_rests_on_nothing_is_objected_to(changes: dict[str, object], reason: str) -> None:
    """A model can't invent an action, an order, a thing or another world's mistake."""
    answer, _ = read_answer(json.dumps({**ANSWER, **changes}))

    assert reason in (objection(answer, TOLD) or "")


def test_too_few_is_not_too_many() -> None:
    """An answer that turns what it was told around is objected to."""
    told = TOLD._replace(mistake='The run did "take" too few times.')
    answer, _ = read_answer(json.dumps({**ANSWER, "mistake": "The run took too many times."}))

    assert objection(answer, told) == "it says too many for too few"


@given(st.text(max_size=400))
@example("")
@example("null")
@example("```json\n```")
def test_what_is_no_answer_is_refused(reply: str) -> None:
    """Whatever else a model writes is refused with a reason."""
    with pytest.raises(ValueError, match=r"."):
        read_answer(reply)


@pytest.mark.parametrize("part", ['{"situation": ', "{", "[", "{'a'", '{"situation": ["'])
def test_what_never_ends_is_refused(part: str) -> None:
    """However deep a reply nests, it is refused, and not a crash."""
    with pytest.raises(ValueError, match=r"."):
        read_answer(part * 5_000)


@given(cut=st.integers(min_value=0, max_value=len(json.dumps(ANSWER)) - 1))
def test_an_answer_that_is_cut_off_loses_only_its_end(cut: int) -> None:
    """Cut anywhere it is refused, or it is what was written up to there."""
    try:
        answer, repaired = read_answer(json.dumps(ANSWER)[:cut])
    except ValueError:
        return

    assert repaired
    assert answer.mistake == ANSWER["mistake"]
    assert answer.advice == ANSWER["advice"]
