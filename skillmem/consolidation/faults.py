"""What broke a run that was not its plan: tools, connections, limits of what carries the agent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from skillmem.notes import ERROR
from skillmem.types import Episode, Outcome, Step

LAST_STEPS = 2
DEAD_STEPS = 4
SHORT_CHARACTERS = 500
ANSWER_CHARACTERS = 2_000
REPORT_CHARACTERS = 10_000
OWN_ERROR = re.compile(
    r"\s*\w*(?:Validation|Value|Type|Key|Attribute|Assertion|Permission|NotFound|Invalid)\w*"
    r"(?:Error|Exception|State|Argument|Input|Request)?\s*[:(]"
)
"""How an error begins that is the task's own, whatever words it goes on with."""
MACHINES = ("tool", "environment")
PEOPLE = ("user", "judge")


class Cause(NamedTuple):
    """A way to break off: as it is reported of a broken run, and as programs print it.

    `unmistakable` are phrases of what carries the agent, which no task's own failure prints.
    """

    reason: str
    reported: re.Pattern[str]
    printed: re.Pattern[str]
    unmistakable: re.Pattern[str] | None


def _cause(reason: str, reported: str, printed: str, unmistakable: str = "") -> Cause:
    return Cause(
        reason,
        re.compile(rf"(?<!\w)(?:{reported})(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{printed})(?!\w)"),
        re.compile(rf"(?<!\w)(?:{unmistakable})(?!\w)", re.IGNORECASE) if unmistakable else None,
    )


CAUSES = (
    _cause(
        "context overflow",
        r"context[ _](?:length|window|limit|overflow)(?:[ _]exceeded)?|maximum context"
        r"|prompt (?:is )?too long|too many tokens|token limit",
        r"context_length_exceeded|ContextWindowExceeded\w*|maximum context length",
        r"context[ _]length[ _]exceeded|ContextWindowExceeded\w*|maximum context length",
    ),
    _cause(
        "rate limit",
        r"rate[ _-]?limit(?:ed|s|ing)?|too many requests|quota exceeded|(?:http )?429",
        r"RateLimitError|rate_limit_exceeded|429 Too Many Requests|(?:HTTP|Error code:) 429",
        r"RateLimitError|rate[ _-]limit(?:[ _]exceeded)?[:,]? (?:HTTP )?\(?429"
        r"|rate[ _]limit[ _]exceeded|429 Too Many Requests|(?:HTTP|Error code:) 429",
    ),
    _cause(
        "timeout",
        r"time[ds]?[ -]?out|timeouts?|deadline exceeded|\w*timeouterror|(?:http )?504",
        r"\w*TimeoutError|ReadTimeout|ConnectTimeout|504 Gateway Time-?out|DeadlineExceeded",
        r"timed out waiting|ReadTimeout|ConnectTimeout|APITimeoutError|504 Gateway Time-?out",
    ),
    _cause(
        "lost connection",
        r"(?:lost|no) connection|connection (?:was )?(?:lost|closed|reset|refused|aborted|error)"
        r"|disconnected|network (?:error|failure|unreachable)|\w*connectionerror|broken pipe"
        r"|(?:http )?50[23]|service unavailable|bad gateway",
        r"Connection(?:Reset|Refused|Aborted)?Error|APIConnectionError|BrokenPipeError"
        r"|ECONNRE(?:SET|FUSED)|502 Bad Gateway|503 Service Unavailable",
        r"connection (?:was )?(?:reset|refused) by peer|APIConnectionError|502 Bad Gateway"
        r"|503 Service Unavailable",
    ),
    _cause("cancelled", r"cancel(?:l?ed|lation)|aborted by user|interrupted", r"CancelledError"),
    _cause(
        "crash",
        r"crash(?:ed|es)?|segmentation fault|core dumped|out of memory|killed|traceback"
        r"|unhandled exception|internal (?:server )?error",
        r"Traceback \(most recent call last\)|Segmentation fault|500 Internal Server Error",
    ),
)


def fault(episode: Episode, outcome: Outcome) -> str | None:
    """Say why this failure is no lesson, or nothing when one can learn from it.

    A run that ended by an error, or whose last step met one that is not the task's own (such as a
    `ValueError`), was broken off: what its error,
    the verdict's detail and its last answers report says by what. Of any other run the detail
    and the answers are the task's own, failing tests and their tracebacks included; only a
    tool's or an environment's detail may name a failure of what carries the agent; or its last
    answers show one, if all of them do. Of a long error or detail the first and the last 10,000
    characters are read.
    """
    if episode.ended_by == "cancelled":
        return "cancelled"
    last = episode.steps[-1].error if episode.steps else None
    if episode.ended_by == "error" or (last and not OWN_ERROR.match(last)):
        return _what_broke(episode, outcome)
    if outcome.detail and outcome.verifier_kind in MACHINES:
        named = _named(_bounds(outcome.detail), [(it.reason, it.unmistakable) for it in CAUSES])
        if named is not None:
            return named
    return _went_dead(episode.steps)


def _went_dead(steps: Sequence[Step]) -> str | None:
    """Say what the run met to its end, whatever it did: a failure that all answers report."""
    last = steps[-DEAD_STEPS:]
    if len(last) < DEAD_STEPS:
        return None
    answers = [step.error or step.observation for step in last]
    if max(map(len, answers)) > SHORT_CHARACTERS:
        return None
    reported = [(it.reason, it.reported) for it in CAUSES]
    found = {_named(answer, reported) for answer in answers}
    if None not in found and len(found) == 1:
        return found.pop()
    same = len(set(answers)) == 1 and len({step.action for step in last}) > 1
    possible = all(step.action in step.admissible for step in last)
    return "one answer to all that it did" if same and possible else None


def _what_broke(episode: Episode, outcome: Outcome) -> str | None:
    reported = [(it.reason, it.reported) for it in CAUSES]
    printed = [(it.reason, it.printed) for it in CAUSES]
    found = (
        *(_named(text, reported) for text in _reports(episode, outcome)),
        *(_named(text, printed) for text in _answers(episode)),
        "crash" if episode.ended_by == "error" else None,
    )
    return next((reason for reason in found if reason), None)


def _named(text: str, causes: Sequence[tuple[str, re.Pattern[str] | None]]) -> str | None:
    return next((reason for reason, said in causes if said and said.search(text)), None)


def _reports(episode: Episode, outcome: Outcome) -> Iterator[str]:
    if episode.steps and episode.steps[-1].error:
        yield _bounds(episode.steps[-1].error)
    error = episode.metadata.get(ERROR)
    if isinstance(error, str):
        yield _bounds(error)
    if outcome.detail and outcome.verifier_kind not in PEOPLE:
        yield _bounds(outcome.detail)


def _bounds(text: str) -> str:
    """Give the head and the tail of a long text, on lines of their own."""
    if len(text) <= 2 * REPORT_CHARACTERS:
        return text
    return f"{text[:REPORT_CHARACTERS]}\n{text[-REPORT_CHARACTERS:]}"


def _answers(episode: Episode) -> Iterator[str]:
    for step in reversed(episode.steps[-LAST_STEPS:]):
        yield step.observation[-ANSWER_CHARACTERS:]
