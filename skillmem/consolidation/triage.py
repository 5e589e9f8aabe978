"""Failures that teach nothing about the task: what broke was not the plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from skillmem.types import Episode, Outcome

LAST_STEPS = 2
ANSWER_CHARACTERS = 2_000


class Cause(NamedTuple):
    """A way to break off: in words, as people report it, and as programs print it."""

    reason: str
    reported: re.Pattern[str]
    printed: re.Pattern[str]


def _cause(reason: str, reported: str, printed: str) -> Cause:
    return Cause(
        reason,
        re.compile(rf"(?<!\w)(?:{reported})(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{printed})(?!\w)"),
    )


CAUSES = (
    _cause(
        "context overflow",
        r"context[ _](?:length|window|limit|overflow)(?:[ _]exceeded)?|maximum context"
        r"|prompt (?:is )?too long|too many tokens|token limit",
        r"context_length_exceeded|ContextWindowExceeded\w*|maximum context length",
    ),
    _cause(
        "rate limit",
        r"rate[ _-]?limit(?:ed|s|ing)?|too many requests|quota exceeded|(?:http )?429",
        r"RateLimitError|rate_limit_exceeded|429 Too Many Requests|(?:HTTP|Error code:) 429",
    ),
    _cause(
        "timeout",
        r"time[ds]?[ -]?out|timeouts?|deadline exceeded|\w*timeouterror|(?:http )?504",
        r"\w*TimeoutError|ReadTimeout|ConnectTimeout|504 Gateway Time-?out|DeadlineExceeded",
    ),
    _cause(
        "lost connection",
        r"(?:lost|no) connection|connection (?:was )?(?:lost|closed|reset|refused|aborted|error)"
        r"|disconnected|network (?:error|failure|unreachable)|\w*connectionerror|broken pipe"
        r"|(?:http )?50[23]|service unavailable|bad gateway",
        r"Connection(?:Reset|Refused|Aborted)?Error|APIConnectionError|BrokenPipeError"
        r"|ECONNRE(?:SET|FUSED)|502 Bad Gateway|503 Service Unavailable",
    ),
    _cause("cancelled", r"cancel(?:l?ed|lation)|aborted by user|interrupted", r"CancelledError"),
    _cause(
        "crash",
        r"crash(?:ed|es)?|segmentation fault|core dumped|out of memory|killed|traceback"
        r"|unhandled exception|internal (?:server )?error",
        r"Traceback \(most recent call last\)|Segmentation fault|500 Internal Server Error",
    ),
)


def triage(episode: Episode, outcome: Outcome) -> str | None:
    """Say why this failure is no lesson, or nothing when one can learn from it.

    Evidence is what is said about the run: how it ended, the verdict's detail, the error of
    its last steps. Observations are the task's own words; of the last ones only what
    programs print when they break counts, never a mere word. Goals are not looked at.
    """
    if episode.ended_by == "cancelled":
        return "cancelled"
    for text in _reports(episode, outcome):
        for cause in CAUSES:
            if cause.reported.search(text):
                return cause.reason
    for text in _answers(episode):
        for cause in CAUSES:
            if cause.printed.search(text):
                return cause.reason
    return "crash" if episode.ended_by == "error" else None


def _reports(episode: Episode, outcome: Outcome) -> Iterator[str]:
    if episode.steps and episode.steps[-1].error:
        yield episode.steps[-1].error
    if outcome.detail:
        yield outcome.detail


def _answers(episode: Episode) -> Iterator[str]:
    for step in reversed(episode.steps[-LAST_STEPS:]):
        yield step.observation[-ANSWER_CHARACTERS:]
