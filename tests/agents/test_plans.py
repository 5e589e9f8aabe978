"""Plans read from memory: what they mean in a task, and how far they are done."""

from __future__ import annotations

from collections.abc import Sequence

from agents.commands import parse
from agents.following import Weights, opinions
from agents.history import look_back
from agents.plans import Plan, progress, read
from skillmem.types import Step

GOAL = "put a hot egg in pot."
LESSON = (
    'When the goal reads "put a hot <A> in <B>.": it was cold.\n'
    "Go on:\n> heat <A> with <C>\n> move <A> to <B>"
)
RUN = (
    "Goal: put two mug in box.\n"
    "> go to desk 1\n> take mug 1 from desk 1\n> go to box 1\n> move mug 1 to box 1\n"
    "> go to bed 1\n> take mug 2 from bed 1\n> go to box 1\n> move mug 2 to box 1"
)
OUTLINE = (
    'When the goal reads "put two <A> in <B>.", a run that reached it did this:\n'
    "> take <A> from <C>\n> move <A> to <B>\n> take <A> from <C>\n> move <A> to <B>"
)


def only_plan(memory: str, goal: str) -> Plan:
    """Read the one plan of a text."""
    (plan,) = read(memory, goal).plans
    return plan


def liked(memory: str, goal: str, done: Sequence[str], commands: Sequence[str]) -> list[str]:
    """Give the commands that a plan asks for most after some deeds, in a given state."""
    steps = [Step(action=action, observation="", admissible=(action, "wait")) for action in done]
    history = look_back(steps, commands, frozenset())
    scores = opinions(
        only_plan(memory, goal), history, [parse(command) for command in commands], Weights()
    )
    best = max(scores.values(), default=0.0)
    return [command for command in commands if scores.get(command, 0.0) == best > 0]


def test_a_lesson_comes_before_the_final_act() -> None:
    """What a lesson advises is done with the task's thing, and before the last act."""
    commands = ["heat egg 2 with oven 1", "heat mug 1 with oven 1", "move egg 2 to pot 1"]

    assert liked(LESSON, GOAL, [], commands) == ["heat egg 2 with oven 1"]
    assert liked(LESSON, GOAL, ["heat egg 2 with oven 1"], commands) == ["move egg 2 to pot 1"]


def test_the_last_act_waits() -> None:
    """While a key is missing, the plan speaks against its last act, there or elsewhere."""
    commands = ["move egg 2 to pot 1", "move egg 2 to shelf 1", "go to oven 1"]
    history = look_back((), commands, frozenset())
    plan = only_plan(LESSON, GOAL)

    scores = opinions(plan, history, [parse(command) for command in commands], Weights())

    assert scores["move egg 2 to pot 1"] < 0 > scores["move egg 2 to shelf 1"]


def test_two_things_stay_two() -> None:
    """A run with two things, and its outline, are not done twice with the same thing."""
    done = ["take cd 4 from sofa 1", "go to safe 1", "move cd 4 to safe 1"]
    commands = ["take cd 4 from safe 1", "take cd 1 from bed 1"]

    for memory in (RUN, OUTLINE):
        assert liked(memory, "put two cd in safe.", done, commands) == ["take cd 1 from bed 1"]


def test_a_plan_is_done_in_order() -> None:
    """Deeds of other kinds may stand between a plan's keys; keys out of order don't count."""
    plan = only_plan(LESSON, GOAL)
    steps = [
        Step(action=action, observation="", admissible=(action,))
        for action in ("move egg 1 to pot 1", "look", "heat egg 1 with oven 1", "look")
    ]

    standing = progress(plan, look_back(steps, (), frozenset()).deeds)

    assert (standing.key, standing.deeds) == (1, 3)


def test_the_best_fit_is_followed() -> None:
    """Of several plans, those whose goals fit best are read; one of another kind is not."""
    clean = "Goal: put a clean mug in box.\n> clean mug 1 with sink 1\n> move mug 1 to box 1"
    book = "Goal: look at book under the lamp.\n> use lamp 1"

    assert len(read(f"{clean}\n\n{LESSON}", GOAL).plans) == 1
    assert read(f"{clean}\n\n{LESSON}", GOAL) == read(LESSON, GOAL)
    assert read(book, GOAL).plans == ()


def test_a_plan_that_is_done_is_silent() -> None:
    """When all keys are done a plan has no opinion."""
    done = ["heat egg 1 with oven 1", "move egg 1 to pot 1"]

    assert liked(LESSON, GOAL, done, ["take egg 1 from pot 1", "go to shelf 1"]) == []
