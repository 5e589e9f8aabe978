"""Receipts of retrievals: ids, reasons and digests, never the text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from sqlalchemy import Connection, insert, select

from skillmem.stores.chunks import chunks
from skillmem.stores.schema import retrievals
from skillmem.types import Retrieval


def put(connection: Connection, namespace: str, given: Sequence[Retrieval]) -> None:
    """Store the receipts that aren't known yet."""
    for chunk in chunks({retrieval.id: retrieval for retrieval in given}.values()):
        known = set(
            connection.scalars(
                select(retrievals.c.id).where(
                    retrievals.c.namespace == namespace,
                    retrievals.c.id.in_([retrieval.id for retrieval in chunk]),
                )
            )
        )
        rows = [_row(namespace, retrieval) for retrieval in chunk if retrieval.id not in known]
        if rows:
            connection.execute(insert(retrievals), rows)


def _row(namespace: str, retrieval: Retrieval) -> dict[str, object]:
    return {
        "namespace": namespace,
        "id": retrieval.id,
        "version": retrieval.version,
        "tokens": retrieval.tokens,
        "text_digest": hashlib.sha256(retrieval.text.encode()).hexdigest(),
        "fingerprint": retrieval.fingerprint,
        "payload": retrieval.receipt.model_dump_json(),
    }
