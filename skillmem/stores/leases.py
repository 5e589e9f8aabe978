"""Who works on which episodes, and until when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from skillmem.errors import EpisodeNotFound, LeaseLost
from skillmem.stores.chunks import chunks
from skillmem.stores.episodes import Head
from skillmem.stores.schema import episodes, leases


class Free(NamedTuple):
    """An episode that may be leased, and how many later verdicts it has."""

    head: Head
    verdicts: int


class Lease(NamedTuple):
    """Whose work it is, from when until when (seconds since 1970)."""

    holder: str
    begins_at: float
    expires_at: float


def claim(
    connection: Connection,
    namespace: str,
    *,
    lease: Lease,
    episode_ids: Sequence[str] | None,
) -> list[Head]:
    """Lease closed episodes: those named, or else all that are pending.

    A lease remembers how many verdicts there were, so that a later one isn't overlooked.

    Raises:
        EpisodeNotFound: a named episode does not exist.
    """
    if episode_ids is not None:
        _require(connection, namespace, episode_ids)
        found = [
            row
            for ids in chunks(dict.fromkeys(episode_ids))
            for row in _free(connection, namespace, lease, episodes.c.id.in_(ids))
        ]
    else:
        found = _free(connection, namespace, lease, episodes.c.state == "pending")
    found.sort(key=lambda row: row.head.serial)
    for rows in chunks(found):
        serials = [row.head.serial for row in rows]
        connection.execute(delete(leases).where(leases.c.episode.in_(serials)))
        connection.execute(
            insert(leases),
            [
                {
                    "episode": row.head.serial,
                    "namespace": namespace,
                    "holder": lease.holder,
                    "expires_at": lease.expires_at,
                    "verdicts": row.verdicts,
                }
                for row in rows
            ],
        )
    return [row.head for row in found]


def leased(connection: Connection, namespace: str, *, holder: str, at: float) -> int:
    """Count the pending episodes that others than `holder` lease at a time."""
    query = (
        select(func.count())
        .select_from(leases.join(episodes, leases.c.episode == episodes.c.serial))
        .where(leases.c.namespace == namespace, leases.c.holder != holder)
        .where(leases.c.expires_at > at, episodes.c.state == "pending")
    )
    return connection.scalar(query) or 0


def renew(connection: Connection, namespace: str, *, holder: str, expires_at: float) -> None:
    """Move the end of every lease of `holder`."""
    connection.execute(
        update(leases)
        .where(leases.c.namespace == namespace, leases.c.holder == holder)
        .values(expires_at=expires_at)
    )


def release(connection: Connection, namespace: str, *, holder: str) -> None:
    """End every lease of `holder`."""
    connection.execute(
        delete(leases).where(leases.c.namespace == namespace, leases.c.holder == holder)
    )


def require_held(
    connection: Connection, namespace: str, *, holder: str, episode_ids: Iterable[str]
) -> None:
    """Refuse to go on when an episode is no longer leased to `holder`.

    Raises:
        LeaseLost: another holder took one of them over.
    """
    held = set(
        connection.scalars(
            select(episodes.c.id)
            .join(leases, leases.c.episode == episodes.c.serial)
            .where(leases.c.namespace == namespace, leases.c.holder == holder)
        )
    )
    lost = [episode_id for episode_id in episode_ids if episode_id not in held]
    if lost:
        raise LeaseLost(
            f"{len(lost)} episodes, {lost[0]!r} among them, are no longer leased to this batch; "
            "it took longer than its lease, so another took over: consolidate again, "
            "with a longer lease or fewer episodes"
        )


def write_states(
    connection: Connection, namespace: str, states: Mapping[str, tuple[str, str]]
) -> None:
    """Write what became of the leased episodes.

    One that was judged anew since it was leased stays pending: this batch hasn't seen that.
    """
    if not states:
        return
    statement = (
        update(episodes)
        .where(
            episodes.c.namespace == namespace,
            episodes.c.id == bindparam("episode_id"),
            episodes.c.verdicts
            == select(leases.c.verdicts)
            .where(leases.c.episode == episodes.c.serial)
            .scalar_subquery(),
        )
        .values(state=bindparam("new_state"), reason=bindparam("new_reason"))
    )
    connection.execute(
        statement,
        [
            {"episode_id": episode_id, "new_state": state, "new_reason": reason}
            for episode_id, (state, reason) in states.items()
        ],
    )


def _free(
    connection: Connection, namespace: str, lease: Lease, wanted: ColumnElement[bool]
) -> list[Free]:
    """Find the wanted closed episodes that nobody else leases at the moment."""
    query = (
        select(episodes.c.verdicts, *(episodes.c[name] for name in Head._fields))
        .outerjoin(leases, leases.c.episode == episodes.c.serial)
        .where(episodes.c.namespace == namespace, episodes.c.closed.is_(True), wanted)
        .where(
            or_(
                leases.c.episode.is_(None),
                leases.c.holder == lease.holder,
                leases.c.expires_at <= lease.begins_at,
            )
        )
    )
    return [Free(Head(*row[1:]), row[0]) for row in connection.execute(query)]


def _require(connection: Connection, namespace: str, episode_ids: Sequence[str]) -> None:
    known: set[str] = set()
    for names in chunks(episode_ids):
        query = select(episodes.c.id).where(
            episodes.c.namespace == namespace, episodes.c.id.in_(names)
        )
        known.update(connection.scalars(query))
    unknown = [episode_id for episode_id in episode_ids if episode_id not in known]
    if unknown:
        raise EpisodeNotFound(
            f"namespace {namespace!r} has no episode {unknown[0]!r}; "
            "check the id, and whose memory was opened"
        )
