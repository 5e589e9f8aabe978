"""Items to render in the tests."""

from __future__ import annotations

from skillmem.types import Demonstration, Lesson, Step, Task


def a_step(action: str, observation: str = "") -> Step:
    """Make a step."""
    return Step(action=action, observation=observation)


def a_demonstration(goal: str, *steps: Step) -> Demonstration:
    """Make a demonstration of `goal`."""
    return Demonstration(
        id="d", namespace=("n",), episode_ids=("e",), version=1, task=Task(goal=goal), steps=steps
    )


def a_lesson(*, situation: str = "", mistake: str = "", advice: str = "") -> Lesson:
    """Make a lesson on putting something hot somewhere."""
    return Lesson(
        id="l",
        namespace=("n",),
        episode_ids=("e",),
        version=1,
        goal="put a hot <A> in <B>.",
        situation=situation,
        mistake=mistake,
        advice=advice,
    )


HEATING = a_demonstration(
    "put a hot apple in fridge.",
    a_step("go to countertop 1", "On the countertop 1, you see a apple 1."),
    a_step("take apple 1 from countertop 1", "You pick up the apple 1."),
    a_step("heat apple 1 with microwave 1", "You heat the apple 1\n\nusing the microwave 1."),
    a_step("move apple 1 to fridge 1"),
)

HEAT_FIRST = a_lesson(
    situation="the <A> is in the hand and the <B> is open.",
    mistake="The <A> was put down before it was hot.",
    advice="Heat it first, then put it down:\n> heat <A> with <C>\n> move <A> to <B>",
)
