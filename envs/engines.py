"""Engines that run outside of Python: one for each game that is being played, used again after."""

from __future__ import annotations

import atexit
import shutil
import weakref
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any, Generic, Protocol, TypeVar

from skillmem.errors import MissingProgram


class Engine(Protocol):
    """What can be shut down."""

    def close(self) -> None:
        """Shut down."""
        ...


SomeEngine = TypeVar("SomeEngine", bound=Engine)


class EnginePool(Generic[SomeEngine]):
    """Engines of one kind. A pool is of one process, and its engines end with it."""

    def __init__(self, start: Callable[[], SomeEngine]) -> None:
        self._start = start
        self._free: list[SomeEngine] = []
        self._lock = Lock()

    def lend(self, borrower: object) -> SomeEngine:
        """Lend an engine to `borrower`, until it gives it back or is itself thrown away."""
        with self._lock:
            engine = self._free.pop() if self._free else None
        if engine is None:
            engine = self._start()
            atexit.register(_shut_down, engine)
        weakref.finalize(borrower, self._take_back, engine).atexit = False
        return engine

    def _take_back(self, engine: SomeEngine) -> None:
        with self._lock:
            self._free.append(engine)


class Loan(Generic[SomeEngine]):
    """An engine while somebody holds it. Dropping the loan gives it back."""

    def __init__(self, pool: EnginePool[SomeEngine]) -> None:
        self.engine = pool.lend(self)


def require_java() -> None:
    """Refuse to go on without Java.

    Raises:
        MissingProgram: no `java` is on the path.
    """
    if shutil.which("java") is None:
        raise MissingProgram(
            "this environment's engine runs in Java, and no 'java' is on the PATH; install a Java "
            "runtime, 8 or newer (on Debian: apt install default-jre-headless)"
        )


def _shut_down(engine: Any) -> None:
    """Close an engine as the process ends; it would close itself a second time, and complain."""
    with suppress(OSError):
        engine.close()
    engine.close = _nothing


def _nothing() -> None:
    """Do nothing."""
