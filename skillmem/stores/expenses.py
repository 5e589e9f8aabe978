"""What was spent on models, in the database: appended, never edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, insert, select

from skillmem.stores import history
from skillmem.stores.payloads import read
from skillmem.stores.schema import expenses
from skillmem.types import Expense


def put(connection: Connection, namespace: str, expense: Expense) -> None:
    """Append an expense."""
    history.ensure(connection, namespace)
    connection.execute(
        insert(expenses).values(
            namespace=namespace,
            made_at=expense.made_at.timestamp(),
            payload=expense.model_dump_json(),
        )
    )


def all_expenses(
    connection: Connection, namespace: str, *, since: datetime | None = None
) -> Iterator[Expense]:
    """Iterate over a namespace's expenses, oldest first; from `since` on."""
    query = select(expenses.c.payload).where(expenses.c.namespace == namespace)
    if since is not None:
        query = query.where(expenses.c.made_at >= since.timestamp())
    for payload in connection.scalars(query.order_by(expenses.c.serial)):
        yield read(Expense, payload)
