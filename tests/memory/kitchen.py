"""A few runs in a kitchen, small enough to read."""

from __future__ import annotations

from skillmem import Episode, Outcome, Step, Task

WON = Outcome(success=True, verifier_kind="environment", verifier="kitchen")
LOST = Outcome(success=False, verifier_kind="environment", verifier="kitchen")


def clean_task(thing: str = "apple", place: str = "fridge") -> Task:
    """Ask for a thing to be cleaned and put away."""
    return Task(goal=f"put a clean {thing} in {place}.", observation="You are in a kitchen.")


def clean_steps(thing: str = "apple", place: str = "fridge") -> tuple[Step, ...]:
    """Do what is asked."""
    return (
        Step(
            action="go to table 1",
            observation=f"You arrive at table 1. On the table 1, you see a {thing} 1.",
        ),
        Step(
            action=f"take {thing} 1 from table 1",
            observation=f"You pick up the {thing} 1 from the table 1.",
        ),
        Step(action="go to sink 1", observation="You arrive at sink 1."),
        Step(
            action=f"clean {thing} 1 with sink 1",
            observation=f"You clean the {thing} 1 using the sink 1.",
        ),
        Step(action=f"go to {place} 1", observation=f"You arrive at {place} 1."),
        Step(
            action=f"move {thing} 1 to {place} 1",
            observation=f"You move the {thing} 1 to the {place} 1.",
        ),
    )


def success(thing: str = "apple", place: str = "fridge") -> Episode:
    """Reach the goal."""
    return Episode(task=clean_task(thing, place), steps=clean_steps(thing, place), outcome=WON)


def failure(thing: str = "apple", place: str = "fridge") -> Episode:
    """Put the thing away without cleaning it."""
    steps = clean_steps(thing, place)
    return Episode(task=clean_task(thing, place), steps=(*steps[:2], *steps[4:]), outcome=LOST)
