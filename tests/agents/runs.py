"""Runs of household train games, written as memory writes them."""

from __future__ import annotations

from envs.household import make
from skillmem.config import RenderingConfig
from skillmem.rendering import goal_line, render_run
from skillmem.types import Step

SUITE = make()
HEADING = "## Runs that reached a goal like this one"


def expert_steps(task_id: str) -> tuple[Step, ...]:
    """Play the expert's plan of a game."""
    env = SUITE.open(task_id)
    env.reset()
    return tuple(
        Step(action=action, observation=env.step(action)[0]) for action in SUITE.expert(task_id)
    )


def written(goal: str, steps: tuple[Step, ...], *, before: str = "") -> str:
    """Write a run under a goal, with a line of prose before it if there is one."""
    opening = goal_line(goal, RenderingConfig())
    opening = f"{before}\n{opening}" if before else opening
    return f"{HEADING}\n\n{render_run(opening, steps, RenderingConfig())}"


def relative(task_id: str) -> str:
    """Give another train game of the same kind, worded the same way, about other things."""
    task = SUITE.task(task_id)
    return next(
        other
        for other in SUITE.tasks("train")[::-1]
        if SUITE.task(other).label == task.label
        and SUITE.task(other).goal != task.goal
        and SUITE.task(other).goal.split()[0] == task.goal.split()[0]
    )


def stranger(task_id: str) -> str:
    """Give a train game of another kind."""
    label = SUITE.task(task_id).label
    return next(other for other in SUITE.tasks("train")[3::7] if SUITE.task(other).label != label)
