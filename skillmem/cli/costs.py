"""What was spent on models, told by batch, by day and in all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC

import click
from pydantic import Field

from skillmem.cli.answer import say_json, say_table
from skillmem.consolidation.spending import cost_of
from skillmem.protocols import RecordStore
from skillmem.types import Cost, Expense, Lesson, Namespace, Record

HEADINGS = ("", "calls", "tokens", "seconds", "money", "lessons", "tokens each", "money each")
WIDTH = 400
SHORT_NAME = 10


class Spent(Record):
    """What was spent in a batch or on a day, on how many lessons that are shown.

    `lessons` are those that rest on the failures it was spent on.
    """

    name: str
    cost: Cost
    lessons: int


class Costs(Record):
    """What was spent, by batch and by day, and in all.

    `caps` are those in force at the last question; `became` counts what came of the questions,
    `pending` why failures are left for the next batch.
    """

    batches: tuple[Spent, ...]
    days: tuple[Spent, ...]
    total: Spent
    caps: tuple[str, ...] = ()
    became: dict[str, int] = Field(default_factory=dict)
    pending: dict[str, int] = Field(default_factory=dict)


def costs(store: RecordStore, namespace: Namespace, *, about: Iterable[str] | None = None) -> Costs:
    """Add up what a namespace spent, or what it spent on some episodes."""
    names = None if about is None else frozenset(about)
    spent = [it for it in store.expenses(namespace) if names is None or it.episode_id in names]
    lessons = [it for it in store.items(namespace) if isinstance(it, Lesson) and it.guard is None]
    left = (it for it in store.episodes(namespace) if names is None or it.episode.id in names)
    return Costs(
        batches=_grouped(((it.batch_id, it) for it in spent), lessons),
        days=_grouped(((_day(it), it) for it in spent), lessons),
        total=_spent("in all", spent, lessons),
        caps=spent[-1].caps if spent else (),
        became=dict(Counter(it.became.partition(":")[0] for it in spent).most_common()),
        pending=dict(Counter(it.reason for it in left if it.state == "pending" and it.reason)),
    )


def tell_costs(told: Costs, *, as_json: bool) -> None:
    """Print what was spent."""
    if as_json:
        say_json(told)
        return
    if not told.batches:
        click.echo("nothing was spent on models")
    else:
        for title, those in (("by batch", told.batches), ("by day, UTC", told.days)):
            say_table(HEADINGS, map(_row, (*those, told.total)), title=title)
        say_table(("what came of the questions", "count"), told.became.items(), title="")
    click.echo(f"caps: {', '.join(told.caps) or 'none is known'}")
    for reason, count in told.pending.items():
        click.echo(f"{count} failures are {reason}")


def spent_on(names: Sequence[str], expenses: Iterable[Expense]) -> tuple[Expense, ...]:
    """Pick what was spent on some episodes."""
    return tuple(it for it in expenses if it.episode_id in names)


def tell_spent(expenses: Sequence[Expense]) -> None:
    """Print what something cost, and what came of the questions about it."""
    from skillmem.rendering import one_line

    click.echo(f"\nit cost {in_words(cost_of(expenses))}")
    for became, count in Counter(it.became for it in expenses).most_common():
        times = f" ({count} times)" if count > 1 else ""
        click.echo(f"{one_line(became, WIDTH)}{times}")


def in_words(cost: Cost) -> str:
    """Say a cost in a line."""
    paid = "" if cost.money is None else f", {cost.money:.6g} {cost.currency or 'in money'}"
    return (
        f"{cost.model_calls} calls, {cost.prompt_tokens} tokens read and "
        f"{cost.completion_tokens} written, {cost.seconds:.1f} s{paid}"
    )


def _day(expense: Expense) -> str:
    return expense.made_at.astimezone(UTC).date().isoformat()


def _grouped(named: Iterable[tuple[str, Expense]], lessons: Sequence[Lesson]) -> tuple[Spent, ...]:
    groups: dict[str, list[Expense]] = {}
    for name, expense in named:
        groups.setdefault(name, []).append(expense)
    return tuple(_spent(name, those, lessons) for name, those in groups.items())


def _spent(name: str, expenses: Sequence[Expense], lessons: Sequence[Lesson]) -> Spent:
    about = {it.episode_id for it in expenses}
    made = sum(not about.isdisjoint(it.episode_ids) for it in lessons)
    return Spent(name=name, cost=cost_of(expenses), lessons=made)


def _row(spent: Spent) -> tuple[object, ...]:
    cost, lessons = spent.cost, spent.lessons
    tokens = cost.prompt_tokens + cost.completion_tokens
    money = cost.money
    return (
        spent.name[:SHORT_NAME],
        cost.model_calls,
        tokens,
        f"{cost.seconds:.1f}",
        "no price" if money is None else f"{money:.6g} {cost.currency}".rstrip(),
        lessons,
        round(tokens / lessons) if lessons else "",
        "" if money is None or not lessons else f"{money / lessons:.6g}",
    )
