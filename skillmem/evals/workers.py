"""Several processes that end with the one that started them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self, TypeVar

Job = TypeVar("Job")


class Workers:
    """A pool of processes, started when first needed; with one, all is done here.

    A context manager: when its block is left by an error or an interruption, or when the
    parent is killed, the workers end at once.
    """

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._pool: ProcessPoolExecutor | None = None
        self._context = get_context("spawn")
        self._theirs, self._ours = self._context.Pipe(duplex=False)

    def run(self, work: Callable[[Job], object], jobs: Iterable[Job]) -> Iterator[Job]:
        """Do jobs as they come, and give each as it is done, in whatever order.

        No more are taken from `jobs` than are at work, so that it may end at any time. With
        several processes, `work` and the jobs must be picklable.
        """
        if self._processes <= 1:
            for job in jobs:
                work(job)
                yield job
            return
        coming = iter(jobs)
        waiting: dict[Future[Any], Job] = {}
        while True:
            for job in islice(coming, self._processes - len(waiting)):
                pool = self._pool = self._pool or self._start()
                waiting[pool.submit(work, job)] = job
            if not waiting:
                return
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                future.result()
                yield waiting.pop(future)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            self._ours.close()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._ours.close()
        self._theirs.close()

    def _start(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self._processes,
            mp_context=self._context,
            initializer=_end_with_parent,
            initargs=(self._theirs,),
        )


def _end_with_parent(lifeline: Connection) -> None:
    """Leave interruptions to the parent, and end when its end of `lifeline` closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch, args=(lifeline,), daemon=True).start()


def _watch(lifeline: Connection) -> None:
    lifeline.poll(None)
    os._exit(1)
