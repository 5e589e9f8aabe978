"""Which failures are no lessons."""

from __future__ import annotations

import pytest

from skillmem.consolidation.triage import triage
from skillmem.types import EndedBy, Episode, Outcome, Step, Task


def reason(
    *,
    goal: str = "put a clean apple in fridge.",
    observation: str = "You pick up the apple.",
    error: str | None = None,
    detail: str | None = None,
    ended_by: EndedBy = "agent",
) -> str | None:
    """Triage a failure whose last step is given."""
    outcome = Outcome(success=False, verifier_kind="environment", detail=detail)
    episode = Episode(
        task=Task(goal=goal),
        steps=(Step(action="look", observation=observation, error=error),),
        outcome=outcome,
        ended_by=ended_by,
    )
    return triage(episode, outcome)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("openai.RateLimitError: 429", "rate limit"),
        ("too many requests", "rate limit"),
        ("ReadTimeout: timed out after 60 s", "timeout"),
        ("asyncio.TimeoutError", "timeout"),
        ("ConnectionResetError: connection reset by peer", "lost connection"),
        ("503 service unavailable", "lost connection"),
        ("context_length_exceeded: 9000 tokens", "context overflow"),
        ("This model's maximum context length is 8192", "context overflow"),
        ("cancelled by the user", "cancelled"),
        ("the browser crashed", "crash"),
    ],
)
def test_what_is_reported_about_the_run_counts(text: str, cause: str) -> None:
    """The last step's error and the verdict's detail tell what broke."""
    assert reason(error=text) == cause
    assert reason(detail=text) == cause


def test_what_programs_print_counts() -> None:
    """A traceback at the end of the last observation is a crash."""
    assert reason(observation="Traceback (most recent call last)\n  KeyError: 1") == "crash"
    assert reason(observation="Error code: 429 - slow down") == "rate limit"


@pytest.mark.parametrize(
    "observation",
    [
        "You crash into the wall.",
        "The crash test dummy is killed; the connection lost its charm.",
        "You are cancelled. Time runs out: timeout!",
    ],
)
def test_words_of_the_task_are_no_reports(observation: str) -> None:
    """A mere word in an observation or a goal is the task's own."""
    assert reason(observation=observation, ended_by="limit") is None
    assert reason(goal="raise the timeout after a crash") is None


def test_how_it_ended_counts() -> None:
    """Broken off is no lesson; out of commands, or given up, is one."""
    assert reason(ended_by="cancelled") == "cancelled"
    assert reason(ended_by="error") == "crash"
    assert reason(ended_by="limit") is None
    assert reason(ended_by="agent") is None


def test_an_error_on_the_way_is_part_of_the_task() -> None:
    """Only the last step's error can have broken the run off."""
    outcome = Outcome(success=False, verifier_kind="tests")
    steps = (
        Step(action="run", observation="", error="TimeoutError"),
        *(Step(action="look", observation="fine"),) * 3,
    )

    assert triage(Episode(task=Task(goal="g"), steps=steps, outcome=outcome), outcome) is None
