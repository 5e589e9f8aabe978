"""What goes wrong with a model's server: whether another try may help, and what to do."""

from __future__ import annotations

from collections.abc import Mapping

from skillmem.errors import ModelError, ModelUnavailable, UnusableReply
from skillmem.llms.completions import shown

UNFIT = frozenset({400, 413, 422})
"""Statuses that speak of this request alone: the next prompt may fit."""
PASSING = frozenset({408, 409, 425, 429})
SERVER_ERRORS = 500
"""Statuses after which the same request may succeed, and from which on all of them are such."""

KEY = "pass a key that it accepts as api_key; a benchmark takes it from OPENAI_API_KEY"
_NEXT_STEPS = {
    400: "see whether the prompt fits into the model's context, or an option isn't supported",
    401: KEY,
    403: KEY,
    404: "name a model that it has, and the base_url of its API (it often ends in /v1)",
    429: "ask less often, or raise the limit at the provider",
}
SERVERS_LOG = "see the server's log"


class Failed(Exception):
    """One request failed. `passing` says that another may succeed, after `wait` seconds.

    `status` is the server's, where it answered with one.
    """

    def __init__(
        self,
        what: str,
        advice: str,
        *,
        passing: bool,
        wait: float = 0.0,
        kind: type[ModelError] = ModelUnavailable,
        status: int = 0,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.advice = advice
        self.passing = passing
        self.wait = wait
        self.kind = kind
        self.status = status


def too_slow(seconds: float) -> Failed:
    """Say that there was no whole answer in time."""
    return Failed(
        f"gave no whole answer within {seconds:g} s",
        "raise the timeout, shorten the prompt, or take a faster model",
        passing=True,
    )


def unreachable(error: BaseException) -> Failed:
    """Say that there is no connection."""
    reason = str(error.__cause__ or error)
    return Failed(
        f"can't be reached ({reason})", "start the server, or correct base_url", passing=True
    )


def broken(error: BaseException) -> Failed:
    """Say that an answer began and did not end."""
    return Failed(f"broke off its answer ({error})", SERVERS_LOG, passing=True)


def refused(status: int, message: str, headers: Mapping[str, str]) -> Failed:
    """Say that the server answered with an error.

    What it says about a key is left out: it may repeat the key.
    """
    told = "" if status in (401, 403) else f": {shown(message)}"
    return Failed(
        f"answered with status {status}{told}",
        _NEXT_STEPS.get(status, SERVERS_LOG),
        passing=status in PASSING or status >= SERVER_ERRORS,
        wait=_seconds(headers.get("retry-after", "")),
        kind=UnusableReply if status in UNFIT else ModelUnavailable,
        status=status,
    )


def nonsense(error: ValueError) -> Failed:
    """Say that the answer is no chat completion."""
    return Failed(
        f"gave {error}",
        "see whether base_url leads to an OpenAI-compatible API (it often ends in /v1)",
        passing=True,
        kind=UnusableReply,
    )


def _seconds(retry_after: str) -> float:
    """Read a Retry-After header that counts seconds; one that names a date is left alone."""
    return float(retry_after) if retry_after.strip().isdecimal() else 0.0
