"""Items as text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from skillmem.config import RenderingConfig
from skillmem.rendering import (
    action_line,
    assemble,
    one_line,
    passage,
    render_demonstration,
    render_item,
    render_lesson,
    render_outline,
    render_run,
)
from skillmem.types import Ladder, Step
from tests.rendering.items import HEAT_FIRST, HEATING, a_demonstration, a_lesson, a_step

CONFIG = RenderingConfig()
GOLDEN = Path(__file__).parents[1] / "golden" / "rendering.txt"

LADDER = Ladder(observed=(1, 2), outline=(1, 2, 3), operations=(2, 3))

LETTERS = [*"ab>  #\\\n\r\t\x00\x1b\x85\u2028\u200b\u202e🍏é", "Goal: ", "\n\n> "]
HOSTILE = st.lists(st.sampled_from(LETTERS), max_size=40).map("".join)


def test_the_text_reads_as_promised() -> None:
    """A demonstration at every length, a lesson and an outline, under their headings."""
    outline = render_outline(
        "put a hot <A> in <B>.", ("take <A> from <C>", "heat <A> with <D>"), CONFIG
    )
    failed = render_run("This run failed. Goal: warm it.", HEATING.steps[:1], CONFIG)
    laddered = HEATING.model_copy(update={"ladder": LADDER})
    demonstrations = [*render_demonstration(laddered, CONFIG), outline]

    text = assemble(demonstrations, [render_lesson(HEAT_FIRST, CONFIG), failed], CONFIG)

    assert text + "\n" == GOLDEN.read_text(encoding="utf-8")


def test_rungs_grow_shorter() -> None:
    """The first form has the observations, the second the actions alone."""
    whole, actions = render_item(HEATING, CONFIG)

    assert len(whole) > len(actions)
    assert _actions(whole) == _actions(actions) == [step.action for step in HEATING.steps]


def test_a_form_that_would_repeat_another_is_left_out() -> None:
    """A run whose steps showed nothing has one form only."""
    assert len(render_item(a_demonstration("look", a_step("look")), CONFIG)) == 1


def test_nothing_renders_to_nothing() -> None:
    """No blocks give the empty text: no heading stands alone."""
    assert assemble([], [], CONFIG) == ""
    assert CONFIG.demonstrations_heading not in assemble([], ["block"], CONFIG)


def test_renaming_headings_changes_headings_only() -> None:
    """The blocks below are the same whatever their headings are called."""
    renamed = CONFIG.model_copy(
        update={"demonstrations_heading": "A", "lessons_heading": "Was man lernte"}
    )
    first, second = ([render_item(item, CONFIG)[0]] for item in (HEATING, HEAT_FIRST))

    text = assemble(first, second, CONFIG)

    assert assemble(first, second, renamed) == text.replace(
        CONFIG.demonstrations_heading, "A"
    ).replace(CONFIG.lessons_heading, "Was man lernte")


@given(goal=HOSTILE, pairs=st.lists(st.tuples(HOSTILE, HOSTILE), max_size=5))
def test_recorded_text_forges_nothing(goal: str, pairs: list[tuple[str, str]]) -> None:
    """Only actions give action lines; nothing recorded gives a heading or a new block."""
    steps = [a_step(action, observation) for action, observation in pairs]

    for block in render_item(a_demonstration(goal, *steps), CONFIG):
        lines = block.split("\n")
        assert lines[0].startswith("Goal: ")
        assert sum(line.startswith(">") for line in lines) == len(steps)
        assert not any(line.startswith("#") or not line.strip() for line in lines)
        assert len(block.splitlines()) == len(lines)


@given(st.lists(st.tuples(HOSTILE, HOSTILE), max_size=5))
def test_observations_are_told_from_actions(pairs: list[tuple[str, str]]) -> None:
    """A line that isn't indented begins an action or an observation; the others belong to it."""
    steps = [a_step(f"do {action}", f"see {seen}") for action, seen in pairs]

    lines = render_run("Goal: see", steps, CONFIG).split("\n")[1:]

    flush = [line for line in lines if not line.startswith("  ")]
    assert [line[:4].strip() for line in flush] == ["> do", "see"] * len(steps)


@given(HOSTILE, HOSTILE)
def test_a_lesson_has_the_actions_of_its_advice(prose: str, advised: str) -> None:
    """Situation and mistake can't hold an action line, the advice holds those it marks."""
    lesson = a_lesson(situation=prose, mistake=prose, advice=f"Do this:\n> {advised}x\n{prose}")
    marked = [line for line in lesson.advice.split("\n") if line.startswith("> ")]

    lines = render_lesson(lesson, CONFIG).split("\n")

    assert sum(line.startswith("> ") for line in lines) == len(marked)
    assert not any(line.startswith("#") or not line.strip() for line in lines)


@given(HOSTILE, st.integers(0, 50))
def test_texts_are_bounded(text: str, limit: int) -> None:
    """A text takes at most its limit, an ellipsis and the indentation counted in."""
    line = one_line(text, limit)
    several = passage(text, limit)

    assert len(line) <= limit + line.startswith("\\")
    assert line.count("\n") == 0
    assert len(several) <= limit + several.startswith("\\")
    assert len(action_line(text, limit)) <= limit + len("> ")


SOURCE = "def total(items):\r\n    # sum\r\n\r\n    for item in items:\r\n\tadd(item)\r\n"


def test_code_keeps_its_lines_and_indentation() -> None:
    """Further lines are indented by two spaces, their own indentation behind these."""
    assert passage(SOURCE, 400).split("\n") == [
        "def total(items):",
        "      # sum",
        "  \\",
        "      for item in items:",
        "      add(item)",
    ]


def test_an_action_keeps_its_lines_and_indentation() -> None:
    """A command of several lines is one action line, and its further lines below."""
    step = a_step("if hot:\n    > x\n# y", "    > deep\nflat")

    assert render_run("Goal: g", [step], CONFIG).split("\n") == [
        *("Goal: g", "> if hot:", "      > x", "  # y", "\\    > deep", "  flat")
    ]


def test_spaces_within_a_line_stay() -> None:
    """What stands in columns, or between quotes, stays as it was recorded."""
    assert passage("  a    b ", 80) == "a    b"
    assert passage("\n\n  a    b\n\n", 80) == "a    b"
    assert action_line('echo "a  b"', 80) == '> echo "a  b"'


def test_control_characters_are_escaped() -> None:
    r"""What can't be seen is written as `\x1b`; joined emoji stay what they are."""
    assert one_line("a\x00b\x1b[31m\u202e c", 80) == "a\\x00b\\x1b[31m\\u202e c"
    assert one_line("👩\u200d🍳", 80) == "👩\u200d🍳"


@pytest.mark.parametrize(
    "text",
    [
        "word " * 2_000_000,
        "word\n" * 2_000_000,
        "\n" * 9_000_000 + "x",
        " " * 10_000_000 + "x",
        "x" * 10_000_000,
    ],
)
def test_ten_megabytes_are_cut(text: str) -> None:
    """A huge observation is shown at a bounded length that says it was cut."""
    for shorten in (one_line, passage):
        line = shorten(text, CONFIG.observation_characters)

        assert len(line) <= CONFIG.observation_characters
        assert line.endswith("…")


@pytest.mark.parametrize(
    ("action", "line"),
    [
        ("", '> refund(order="A 7", amount=12, items=["é"])'),
        ("give it back", '> give it back: refund(order="A 7", amount=12, items=["é"])'),
        (
            'refund(order="A 7", amount=12, items=["é"])',
            '> refund(order="A 7", amount=12, items=["é"])',
        ),
    ],
)
def test_a_tool_call_is_shown_with_its_arguments(action: str, line: str) -> None:
    """Tool and arguments stand behind the action, once, and in its place where it is empty."""
    arguments: dict[str, JsonValue] = {"order": "A 7", "amount": 12, "items": ["é"]}
    step = Step(action=action, observation="ok", tool="refund", arguments=arguments)

    assert render_run("Goal: refund", [step], CONFIG) == f"Goal: refund\n{line}\nok"


def test_a_written_file_stays_within_its_call() -> None:
    """Line breaks of an argument are written as JSON writes them."""
    step = Step(action="", observation="", tool="write", arguments={"text": "a\n> b\n"})

    assert render_run("Goal: g", [step], CONFIG) == 'Goal: g\n> write(text="a\\n> b\\n")'


def test_an_empty_action_keeps_its_line() -> None:
    """A step without an action is still one action line."""
    assert action_line("", 10) == "> "


def _actions(block: str) -> list[str]:
    return [line.removeprefix("> ") for line in block.split("\n") if line.startswith("> ")]
