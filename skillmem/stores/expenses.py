"""What was spent on models, in the database: reserved before a request, settled after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from skillmem.protocols import Spent
from skillmem.stores import history
from skillmem.stores.payloads import read
from skillmem.stores.schema import expenses
from skillmem.types import Expense


def reserve(
    connection: Connection, namespace: str, expense: Expense, *, since: datetime, most: Spent
) -> Spent | None:
    """Write down an expense, unless with all since a moment it would pass `most`; tell that."""
    spent = spent_since(connection, namespace, since)
    more = (mine + other for mine, other in zip(spent, _spent(expense), strict=True))
    if Spent(*more).passes(most):
        return spent
    put(connection, namespace, expense)
    return None


def put(connection: Connection, namespace: str, expense: Expense) -> None:
    """Write down an expense, in place of the one of its id."""
    history.ensure(connection, namespace)
    connection.execute(
        delete(expenses).where(expenses.c.namespace == namespace, expenses.c.id == expense.id)
    )
    connection.execute(
        insert(expenses).values(
            namespace=namespace,
            id=expense.id,
            made_at=expense.made_at.timestamp(),
            **_spent(expense)._asdict(),
            payload=expense.model_dump_json(),
        )
    )


def spent_since(connection: Connection, namespace: str, since: datetime) -> Spent:
    """Add up what was spent from a moment on."""
    sums = (func.coalesce(func.sum(expenses.c[name]), 0) for name in Spent._fields)
    query = select(*sums).where(
        expenses.c.namespace == namespace, expenses.c.made_at >= since.timestamp()
    )
    return Spent(*connection.execute(query).one())


def all_expenses(connection: Connection, namespace: str) -> Iterator[Expense]:
    """Iterate over a namespace's expenses, oldest first."""
    query = (
        select(expenses.c.payload)
        .where(expenses.c.namespace == namespace)
        .order_by(expenses.c.made_at, expenses.c.serial)
    )
    for payload in connection.scalars(query):
        yield read(Expense, payload)


def _spent(expense: Expense) -> Spent:
    tokens = expense.prompt_tokens + expense.completion_tokens
    return Spent(calls=expense.calls, tokens=tokens, money=expense.money or 0.0)
