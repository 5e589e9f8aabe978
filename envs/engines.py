"""Engines that run outside of Python: one for each game that is being played, used again after."""

from __future__ import annotations

import atexit
import logging
import os
import shutil
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Generic, Protocol, TypeVar

from skillmem.errors import MissingProgram


class Engine(Protocol):
    """What can be shut down."""

    def close(self) -> None:
        """Shut down."""
        ...


OPTIONS = "-XX:+UseSerialGC -XX:+UnlockExperimentalVMOptions -XX:hashCode=2"
"""All objects have the same identity hash: else what an engine keeps in a hash set has another
order in every game. One thread collects garbage, as several engines may share the cores."""
VARIABLE = "JAVA_TOOL_OPTIONS"
PY4J = logging.getLogger("py4j")

SomeEngine = TypeVar("SomeEngine", bound=Engine)


class EnginePool(Generic[SomeEngine]):
    """Engines of one kind. A pool is of one process, and its engines end with it."""

    def __init__(
        self, start: Callable[[], SomeEngine], *, is_alive: Callable[[SomeEngine], bool]
    ) -> None:
        self._start = start
        self._is_alive = is_alive
        self._free: deque[SomeEngine] = deque()
        self._running: list[SomeEngine] = []
        atexit.register(self._shut_all_down)

    def lend(self, borrower: object) -> SomeEngine:
        """Lend an engine to `borrower`, until it gives it back or is itself thrown away.

        One that died is shut down, as what it holds in this process is of no use any more.
        """
        engine = self._free_one() or self._new_one()
        weakref.finalize(borrower, self._take_back, engine).atexit = False
        return engine

    def _free_one(self) -> SomeEngine | None:
        while True:
            try:
                engine = self._free.pop()
            except IndexError:
                return None
            if self._is_alive(engine):
                return engine
            self._running.remove(engine)
            _shut_down(engine)

    def _new_one(self) -> SomeEngine:
        if not PY4J.level:
            PY4J.setLevel(logging.CRITICAL)  # it logs what it raises as well
        with _java_options():
            engine = self._start()
        self._running.append(engine)
        return engine

    def _take_back(self, engine: SomeEngine) -> None:
        # Called when garbage is collected, at any moment and in any thread: a lock that the same
        # thread holds would never be had. A deque needs none.
        self._free.append(engine)

    def _shut_all_down(self) -> None:
        while self._running:
            _shut_down(self._running.pop())


class Loan(Generic[SomeEngine]):
    """An engine while somebody holds it. Dropping the loan gives it back."""

    def __init__(self, pool: EnginePool[SomeEngine]) -> None:
        self.engine = pool.lend(self)


def java_is_alive(wrapper: Any) -> bool:
    """Tell whether the Java program behind a package's environment still runs."""
    return wrapper._gateway.java_process.poll() is None  # noqa: SLF001


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


@contextmanager
def _java_options() -> Iterator[None]:
    """Let Java programs that start meanwhile repeat themselves."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = " ".join(filter(None, (before, OPTIONS)))
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def _shut_down(engine: Any) -> None:
    """Close an engine for good; it would close itself a second time, and complain.

    One that is dead answers in whatever way its package has for that, and there is nothing to do.
    """
    with suppress(Exception):
        engine.close()
    engine.close = _nothing


def _nothing() -> None:
    """Do nothing."""
