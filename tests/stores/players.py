"""Programs that tests start as processes of their own: `python players.py NAME FOLDER`."""

from __future__ import annotations

import sys

from skillmem.stores import SqlStore
from skillmem.testing.records import NAMESPACE, a_batch, a_lesson, a_step, a_success, a_task
from skillmem.types import Episode, new_id, now


def write_for_ever(store: SqlStore) -> None:
    """Log steps and commit versions, saying each once it is acknowledged."""
    episode = Episode(id="endless", task=a_task())
    store.open_episode(NAMESPACE, episode)
    for number in range(1_000_000):
        store.append_step(NAMESPACE, episode.id, number, a_step(number))
        lesson = a_lesson(version=number + 1)
        store.commit(NAMESPACE, a_batch(lesson, base_version=number))
        sys.stdout.write(f"{number} {lesson.id}\n")
        sys.stdout.flush()


def work_together(store: SqlStore) -> None:
    """Record, claim and commit as fast as possible, saying what was claimed."""
    for _ in range(6):
        store.put_episode(NAMESPACE, a_success(steps=1))
        holder = new_id()
        claimed = store.claim(NAMESPACE, holder=holder, at=now(), lease_seconds=60)
        for logged in claimed:
            sys.stdout.write(f"{logged.episode.id}\n")
        change = None
        while change is None:
            base = store.version(NAMESPACE)
            lesson = a_lesson(version=base + 1)
            change = store.commit(
                NAMESPACE, a_batch(lesson, base_version=base, holder=holder, claimed=claimed)
            )


PLAYERS = {"write": write_for_ever, "work": work_together}

if __name__ == "__main__":
    PLAYERS[sys.argv[1]](SqlStore.open(sys.argv[2]))
