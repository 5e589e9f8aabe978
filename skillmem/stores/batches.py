"""What one consolidated batch writes, in one short transaction."""

from __future__ import annotations

from sqlalchemy import Connection

from skillmem.errors import WrongUse
from skillmem.protocols import PreparedBatch
from skillmem.stores import embeddings, history, items, leases
from skillmem.types import Change, LexiconVersion, parse_namespace


def commit(connection: Connection, namespace: str, batch: PreparedBatch) -> Change | None:
    """Write a batch and end its lease; write nothing when the base has moved.

    Raises:
        LeaseLost: another holder took over the episodes.
        WrongUse: an item belongs to another namespace or version.
    """
    _require_fitting(namespace, batch)
    leases.require_held(connection, namespace, holder=batch.holder, episode_ids=batch.states)
    if batch.added or batch.retired:
        version = _write(connection, namespace, batch)
    else:
        version = history.stand(connection, namespace).version
        version = version if version == batch.base_version else None
    if version is None:
        return None
    leases.write_states(connection, namespace, batch.states)
    leases.release(connection, namespace, holder=batch.holder)
    return _change(namespace, batch, version)


def _require_fitting(namespace: str, batch: PreparedBatch) -> None:
    """Refuse items that would be seen where or when they don't belong."""
    expected = (parse_namespace(namespace), batch.base_version + 1)
    for item in batch.added:
        if (item.namespace, item.version) != expected:
            raise WrongUse(
                f"item {item.id!r} belongs to version {item.version} of {item.namespace!r}, "
                f"and the batch makes version {expected[1]} of {expected[0]!r}; merge again"
            )


def _write(connection: Connection, namespace: str, batch: PreparedBatch) -> int | None:
    """Write items, embeddings, lexicon and history of the next version; give it."""
    stand = history.raise_version(connection, namespace, base=batch.base_version)
    if stand is None:
        return None
    items.insert_items(connection, namespace, batch.added, mark=stand.mark)
    items.retire(connection, namespace, batch.retired, version=stand.version, mark=stand.mark)
    new = embeddings.missing(connection, namespace, batch.vectors)
    embeddings.insert_vectors(connection, namespace, new, mark=stand.mark)
    if batch.lexicon != history.newest_lexicon(connection, namespace):
        frozen = LexiconVersion(version=stand.version, lexicon=batch.lexicon)
        history.add_lexicon(connection, namespace, frozen)
    history.add_change(connection, namespace, _change(namespace, batch, stand.version))
    return stand.version


def _change(namespace: str, batch: PreparedBatch, version: int) -> Change:
    return Change(
        namespace=parse_namespace(namespace),
        version=version,
        kind=batch.kind,
        added=tuple(item.id for item in batch.added),
        retired=batch.retired,
        reason=batch.reason,
        batch_id=batch.batch_id or None,
        made_at=batch.made_at,
    )
