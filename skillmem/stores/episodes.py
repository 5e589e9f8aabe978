"""Episodes in the database: a head, its steps, and the verdicts on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, func, insert, select, update

from skillmem.errors import EpisodeConflict, EpisodeNotFound
from skillmem.stores.canonical import alike, digest
from skillmem.stores.payloads import assemble, read, written
from skillmem.stores.schema import episodes, outcomes, steps
from skillmem.types import Episode, Logged, Outcome, Step, require_outside


class Head(NamedTuple):
    """An episode without its steps and later verdicts. `payload` is its JSON."""

    serial: int
    id: str
    digest: str
    closed: bool
    state: str
    reason: str
    payload: str


_HEADS = select(*(episodes.c[name] for name in Head._fields))


def find(connection: Connection, namespace: str, episode_id: str) -> Head | None:
    """Find the head of an episode."""
    query = _HEADS.where(episodes.c.namespace == namespace, episodes.c.id == episode_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else Head(*row)


def get(connection: Connection, namespace: str, episode_id: str) -> Head:
    """Give the head of an episode.

    Raises:
        EpisodeNotFound: there is no such episode.
    """
    head = find(connection, namespace, episode_id)
    if head is None:
        raise EpisodeNotFound(
            f"namespace {namespace!r} has no episode {episode_id!r}; "
            "check the id, and whose memory was opened"
        )
    return head


def heads(connection: Connection, namespace: str, *, after: int, limit: int) -> list[Head]:
    """Give the heads of up to `limit` episodes stored after the serial `after`."""
    query = (
        _HEADS.where(episodes.c.namespace == namespace, episodes.c.serial > after)
        .order_by(episodes.c.serial)
        .limit(limit)
    )
    return [Head(*row) for row in connection.execute(query)]


def count_judged(connection: Connection, namespace: str) -> int:
    """Count the closed episodes of a namespace that have a verdict."""
    judged = select(outcomes.c.episode).where(outcomes.c.episode == episodes.c.serial).exists()
    query = (
        select(func.count())
        .select_from(episodes)
        .where(episodes.c.namespace == namespace, episodes.c.closed.is_(True), judged)
    )
    return connection.execute(query).scalar_one()


def waiting(connection: Connection, namespace: str) -> list[tuple[str, Episode]]:
    """Give the closed episodes that wait, without their steps."""
    query = (
        select(episodes.c.id, episodes.c.payload)
        .where(episodes.c.namespace == namespace, episodes.c.closed.is_(True))
        .where(episodes.c.state == "waiting")
        .order_by(episodes.c.serial)
    )
    return [(row.id, read(Episode, row.payload)) for row in connection.execute(query)]


def load(connection: Connection, head: Head) -> Logged:
    """Give an episode with all verdicts on it."""
    verdicts = connection.scalars(
        select(outcomes.c.payload)
        .where(outcomes.c.episode == head.serial)
        .order_by(outcomes.c.position)
    ).all()
    return assemble(
        Logged,
        episode=load_episode(connection, head),
        outcomes=tuple(read(Outcome, payload) for payload in verdicts),
        closed=head.closed,
        state=head.state,
        reason=head.reason,
    )


def load_episode(connection: Connection, head: Head) -> Episode:
    """Give an episode as it was recorded."""
    taken = connection.scalars(
        select(steps.c.payload).where(steps.c.episode == head.serial).order_by(steps.c.position)
    ).all()
    recorded = read(Episode, head.payload)
    return recorded.model_copy(update={"steps": tuple(read(Step, payload) for payload in taken)})


def put(connection: Connection, namespace: str, episode: Episode, *, at: float) -> Episode:
    """Store a finished episode, or close the open one that it continues.

    Raises:
        EpisodeConflict: the id is taken by other content.
    """
    head = find(connection, namespace, episode.id)
    if head is None:
        serial = insert_episode(connection, namespace, episode, closed=True, at=at)
        _append_outcomes(connection, serial, _own(episode))
        return episode
    stored = load_episode(connection, head)
    if head.closed and head.digest == digest(episode):
        return stored
    if head.closed or not _continues(stored, episode):
        raise EpisodeConflict(
            f"episode {episode.id!r} is stored with other content; record this one under another id"
        )
    known = len(stored.steps)
    insert_steps(connection, head.serial, episode.steps[known:], first=known, at=at)
    close(connection, head.serial, episode)
    return episode


def insert_episode(
    connection: Connection, namespace: str, episode: Episode, *, closed: bool, at: float
) -> int:
    """Store an episode that is new, its verdict apart; give its serial."""
    row = {
        "namespace": namespace,
        "id": episode.id,
        "digest": digest(episode),
        "closed": closed,
        "opened_at": at,
        "state": "pending",
        "reason": "",
        "verdicts": 0,
        "payload": _payload(episode),
    }
    key = connection.execute(insert(episodes).values(row)).inserted_primary_key
    serial = int(key[0]) if key else 0
    insert_steps(connection, serial, episode.steps, first=0, at=at)
    return serial


def insert_steps(
    connection: Connection, serial: int, taken: Sequence[Step], *, first: int, at: float
) -> None:
    """Store steps from position `first` on."""
    rows = [
        {"episode": serial, "position": place, "written_at": at, "payload": written(step)}
        for place, step in enumerate(taken, start=first)
    ]
    if rows:
        connection.execute(insert(steps), rows)


def close(connection: Connection, serial: int, episode: Episode) -> None:
    """Write the end of an open episode, all of whose steps are stored."""
    connection.execute(
        update(episodes)
        .where(episodes.c.serial == serial)
        .values(closed=True, digest=digest(episode), payload=_payload(episode))
    )
    _append_outcomes(connection, serial, _own(episode))


def add_outcome(connection: Connection, head: Head, outcome: Outcome) -> None:
    """Append a later verdict; the episode waits for consolidation again.

    Raises:
        SelfVerified: the verifier is the episode's own agent.
    """
    require_outside(outcome, read(Episode, head.payload).agent)
    _append_outcomes(connection, head.serial, [outcome])
    connection.execute(
        update(episodes)
        .where(episodes.c.serial == head.serial)
        .values(state="pending", reason="", verdicts=episodes.c.verdicts + 1)
    )


def restore(connection: Connection, namespace: str, logged: Logged, *, at: float) -> None:
    """Store an episode as another store held it: verdicts, end and state."""
    episode = logged.episode
    serial = insert_episode(connection, namespace, episode, closed=logged.closed, at=at)
    _append_outcomes(connection, serial, logged.outcomes)
    later = len(logged.outcomes) - (episode.outcome is not None)
    connection.execute(
        update(episodes)
        .where(episodes.c.serial == serial)
        .values(state=logged.state, reason=logged.reason, verdicts=later)
    )


def _own(episode: Episode) -> Sequence[Outcome]:
    return () if episode.outcome is None else (episode.outcome,)


def _append_outcomes(connection: Connection, serial: int, verdicts: Sequence[Outcome]) -> None:
    """Store verdicts behind those that are there, so that the newest is the last."""
    last = connection.scalar(
        select(func.max(outcomes.c.position)).where(outcomes.c.episode == serial)
    )
    rows = [
        {"episode": serial, "position": position, "payload": written(outcome)}
        for position, outcome in enumerate(verdicts, start=0 if last is None else last + 1)
    ]
    if rows:
        connection.execute(insert(outcomes), rows)


def _payload(episode: Episode) -> str:
    return written(episode.model_copy(update={"steps": ()}))


def _continues(stored: Episode, episode: Episode) -> bool:
    """Tell whether `episode` is the open one with nothing changed, only more of it."""
    return (
        stored.agent == episode.agent
        and len(stored.steps) <= len(episode.steps)
        and alike([(stored.task, episode.task)])
        and alike(zip(stored.steps, episode.steps, strict=False))
    )
