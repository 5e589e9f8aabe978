"""Open episodes: begun, taking steps, ended, or fallen silent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from skillmem.errors import EpisodeClosed, EpisodeConflict
from skillmem.stores import episodes
from skillmem.stores.canonical import alike
from skillmem.stores.episodes import Head
from skillmem.stores.payloads import read
from skillmem.stores.schema import episodes as heads
from skillmem.stores.schema import steps
from skillmem.types import Episode, Logged, Step, require_outside


def begin(connection: Connection, namespace: str, episode: Episode, *, at: float) -> Logged:
    """Store an episode whose further steps will come, or give it back as it stands.

    Raises:
        EpisodeConflict: the id is taken by another task or agent.
    """
    head = episodes.find(connection, namespace, episode.id)
    if head is None:
        begun = episode.model_copy(update={"outcome": None, "ended_by": "agent"})
        episodes.insert_episode(connection, namespace, begun, closed=False, at=at)
        return Logged(episode=begun, closed=False)
    logged = episodes.load(connection, head)
    if logged.episode.agent != episode.agent or not alike([(logged.episode.task, episode.task)]):
        raise EpisodeConflict(
            f"episode {episode.id!r} is stored for another task or agent; begin under another id"
        )
    return logged


def append(connection: Connection, head: Head, index: int, step: Step, *, at: float) -> None:
    """Store step `index`; the same step again changes nothing, even after the end.

    Raises:
        EpisodeConflict: `index` holds another step, or would leave a gap.
        EpisodeClosed: the episode has ended.
    """
    stored = connection.scalar(
        select(steps.c.payload).where(steps.c.episode == head.serial, steps.c.position == index)
    )
    if stored is None:
        _require_next(connection, head, index)
        episodes.insert_steps(connection, head.serial, [step], first=index, at=at)
    elif not alike([(read(Step, stored), step)]):
        raise EpisodeConflict(
            f"step {index} of episode {head.id!r} is stored with other content; "
            "send only the steps that follow"
        )


def _require_next(connection: Connection, head: Head, index: int) -> None:
    if head.closed:
        raise EpisodeClosed(f"episode {head.id!r} has ended; begin another one for step {index}")
    last = connection.scalar(
        select(func.max(steps.c.position)).where(steps.c.episode == head.serial)
    )
    following = 0 if last is None else last + 1
    if index != following:
        raise EpisodeConflict(
            f"step {index} of episode {head.id!r} would leave a gap; send step {following} next"
        )


def finish(connection: Connection, head: Head, ended: Episode) -> Episode:
    """Close an open episode as `ended` says; closing it so again changes nothing.

    Raises:
        EpisodeConflict: it was closed with another verdict or end.
        SelfVerified: the verifier is the episode's own agent.
    """
    require_outside(ended.outcome, ended.agent)
    if not head.closed:
        episodes.close(connection, head.serial, ended)
        return ended
    stored = episodes.load_episode(connection, head)
    if stored.ended_by != ended.ended_by or not alike([(stored.outcome, ended.outcome)]):
        raise EpisodeConflict(
            f"episode {head.id!r} was ended by {stored.ended_by!r} with verdict "
            f"{stored.outcome!r}; add a later verdict with add_outcome"
        )
    return stored


def close_stale(
    connection: Connection, namespace: str, *, before: float, ended_at: datetime
) -> tuple[str, ...]:
    """End by `error` the open episodes to which nothing was written since `before`."""
    names = _stale(connection, namespace, before=before)
    end = {"ended_by": "error", "ended_at": ended_at}
    for name in names:
        head = episodes.get(connection, namespace, name)
        ended = episodes.load_episode(connection, head).model_copy(update=end)
        episodes.close(connection, head.serial, ended)
    return names


def _stale(connection: Connection, namespace: str, *, before: float) -> tuple[str, ...]:
    written = (
        select(func.max(steps.c.written_at))
        .where(steps.c.episode == heads.c.serial)
        .scalar_subquery()
    )
    query = (
        select(heads.c.id)
        .where(heads.c.namespace == namespace, heads.c.closed.is_(False))
        .where(func.coalesce(written, heads.c.opened_at) < before)
        .order_by(heads.c.serial)
    )
    return tuple(connection.scalars(query))
