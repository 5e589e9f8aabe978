"""Which failures are no lessons."""

from __future__ import annotations

import pytest

from skillmem.consolidation.faults import fault
from skillmem.types import EndedBy, Episode, Outcome, Step, Task, VerifierKind


def reason(
    *,
    goal: str = "put a clean apple in fridge.",
    observation: str = "You pick up the apple.",
    error: str | None = None,
    detail: str | None = None,
    ended_by: EndedBy = "agent",
    kind: VerifierKind = "environment",
) -> str | None:
    """Triage a failure whose last step is given."""
    outcome = Outcome(success=False, verifier_kind=kind, detail=detail)
    episode = Episode(
        task=Task(goal=goal),
        steps=(Step(action="look", observation=observation, error=error),),
        outcome=outcome,
        ended_by=ended_by,
    )
    return fault(episode, outcome)


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
    """The last step's error tells what broke; of a run that ended so, the verdict's detail."""
    assert reason(error=text) == cause
    assert reason(detail=text, ended_by="error") == cause


@pytest.mark.parametrize(
    "text",
    [
        "InvalidState: order was cancelled by the customer",
        "ValidationError: field 'timeout' must be positive",
        "ValueError: interrupted sequences are not allowed",
        "KeyError('connection lost')",
    ],
)
def test_an_error_of_the_task_names_no_fault(text: str) -> None:
    """What a tool says of a wrong call is the task's own, whatever words stand in it."""
    assert reason(error=text) is None
    assert reason(error=text, ended_by="limit") is None


def test_what_programs_print_counts_in_a_broken_run() -> None:
    """What the last answers print tells by what a run was broken off, not that it was."""
    printed = "Error code: 429 - slow down"

    assert reason(observation=printed, ended_by="error") == "rate limit"
    assert reason(observation=printed) is None


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("rate limit 429", "rate limit"),
        ("openai.RateLimitError: slow down", "rate limit"),
        ("context length exceeded", "context overflow"),
        ("connection reset by peer", "lost connection"),
        ("connection refused by peer", "lost connection"),
        ("timed out waiting for the model", "timeout"),
    ],
)
def test_a_machine_may_name_what_carries_the_agent(text: str, cause: str) -> None:
    """Exact phrases count in the detail of a tool or an environment, and there alone."""
    assert reason(detail=text) == reason(detail=text, kind="tool") == cause
    assert reason(detail=text, kind="tests") is reason(detail=text, kind="user") is None
    assert reason(observation=text) is None


TRACEBACK = "Traceback (most recent call last):\n  assert f(2) == 4\nAssertionError"


def test_a_failing_test_is_a_lesson() -> None:
    """A traceback of the code that was to be mended is the task's own failure."""
    assert reason(detail=TRACEBACK, kind="tests") is None
    assert reason(detail=TRACEBACK, kind="tool") is None
    assert reason(observation=TRACEBACK, kind="tests") is None
    assert reason(observation=TRACEBACK, kind="tests", ended_by="error") == "crash"


def test_a_complaint_is_a_lesson() -> None:
    """What a user says is about the task, whatever words it takes."""
    said = "It killed the wrong process, there was no connection to what I asked."

    assert reason(detail=said, kind="user") is None
    assert reason(detail=said, kind="environment") is None


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

    assert fault(Episode(task=Task(goal="g"), steps=steps, outcome=outcome), outcome) is None


@pytest.mark.parametrize("place", ["head", "tail"])
def test_of_a_huge_report_head_and_tail_are_read(place: str) -> None:
    """What broke a run is found at either end of megabytes of output, and not within them."""
    noise = "connection was context too " * 100_000
    said = "timed out waiting"
    detail = f"{said} {noise}" if place == "head" else f"{noise} {said}"

    assert reason(detail=detail) == "timeout"
    assert reason(error=detail, ended_by="error") == "timeout"
    assert reason(detail=f"{noise} {said} {noise}") is None
