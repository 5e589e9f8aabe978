"""The end of the time that a benchmark was given."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import takewhile
from math import inf
from typing import TypeVar

Job = TypeVar("Job")


class Deadline:
    """When to begin nothing new: in so many seconds, or never.

    It can be sent to another process. What is sent is the time that is left, as the clocks of
    two processes need not agree.
    """

    def __init__(self, seconds: float | None = None) -> None:
        self._end = inf if seconds is None else time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        """Tell whether time is over."""
        return time.monotonic() >= self._end

    def before(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """Give jobs as long as there is time."""
        return takewhile(lambda _: not self.passed, jobs)

    def __reduce__(self) -> tuple[type[Deadline], tuple[float]]:
        """Send the time that is left."""
        return Deadline, (self._end - time.monotonic(),)
