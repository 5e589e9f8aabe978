"""Receipts that wait to be written."""

from __future__ import annotations

import threading

from skillmem.receipts import Receipts
from skillmem.testing.records import a_retrieval


def test_only_what_is_named_is_taken() -> None:
    """Taking some leaves the others queued; taking one again gives nothing."""
    receipts = Receipts()
    first, second = a_retrieval("a"), a_retrieval("b")
    receipts.keep(first)
    receipts.keep(second)

    assert receipts.take([first.id, "unknown"]) == (first,)
    assert receipts.take([first.id]) == ()
    assert receipts.take() == (second,)


def test_the_queue_is_bounded() -> None:
    """Beyond the bound the oldest are given up."""
    receipts = Receipts(most=2)
    kept = [a_retrieval(str(number)) for number in range(3)]
    for retrieval in kept:
        receipts.keep(retrieval)

    assert receipts.take() == tuple(kept[1:])


def test_threads_may_keep_while_another_takes() -> None:
    """Nothing is lost or given twice."""
    receipts = Receipts()
    made = [a_retrieval() for _ in range(400)]
    taken: list[str] = []

    def keep(number: int) -> None:
        for retrieval in made[number::4]:
            receipts.keep(retrieval)

    writers = [threading.Thread(target=keep, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        taken.extend(entry.id for entry in receipts.take())
    taken.extend(entry.id for entry in receipts.take())

    assert sorted(taken) == sorted(retrieval.id for retrieval in made)
