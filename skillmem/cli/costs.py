"""What was spent on models, told by batch, by day and in all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC

import click

from skillmem.cli.answer import SHORT_ID, say_json, say_table
from skillmem.consolidation.spending import cost_of
from skillmem.types import Cost, Expense, Lesson, Record


class Spent(Record):
    """What was spent in a batch or on a day, and how many lessons a model wrote for it."""

    name: str
    cost: Cost
    lessons: int


class Costs(Record):
    """What was spent, by batch and by day, and in all."""

    batches: tuple[Spent, ...]
    days: tuple[Spent, ...]
    total: Spent


HEADINGS = ("", "calls", "tokens read", "written", "seconds", "money", "lessons", "money a lesson")


def tell_costs(expenses: Sequence[Expense], *, as_json: bool) -> None:
    """Print what was spent."""
    costs = Costs(
        batches=_grouped((it.batch_id, it) for it in expenses),
        days=_grouped((it.made_at.astimezone(UTC).date().isoformat(), it) for it in expenses),
        total=_spent("in all", expenses),
    )
    if as_json:
        say_json(costs)
        return
    if not expenses:
        click.echo("nothing was spent on models")
        return
    for title, those in (("by batch", costs.batches), ("by day, UTC", costs.days)):
        say_table(HEADINGS, map(_row, (*those, costs.total)), title=title)


def spent_on(lesson: Lesson, expenses: Iterable[Expense]) -> tuple[Expense, ...]:
    """Pick what was spent on the failures that a lesson is about."""
    return tuple(it for it in expenses if it.episode_id in lesson.episode_ids)


def in_words(cost: Cost) -> str:
    """Say a cost in a line."""
    paid = "" if cost.money is None else f", {cost.money:.6g} in money"
    return (
        f"{cost.model_calls} calls, {cost.prompt_tokens} tokens read and "
        f"{cost.completion_tokens} written, {cost.seconds:.1f} s{paid}"
    )


def _grouped(named: Iterable[tuple[str, Expense]]) -> tuple[Spent, ...]:
    groups: dict[str, list[Expense]] = {}
    for name, expense in named:
        groups.setdefault(name, []).append(expense)
    return tuple(_spent(name, those) for name, those in groups.items())


def _spent(name: str, expenses: Sequence[Expense]) -> Spent:
    lessons = sum(it.became.startswith("lesson") for it in expenses)
    return Spent(name=name, cost=cost_of(expenses), lessons=lessons)


def _row(spent: Spent) -> tuple[object, ...]:
    cost = spent.cost
    paid = "no price" if cost.money is None else f"{cost.money:.6g}"
    each = f"{cost.money / spent.lessons:.6g}" if cost.money is not None and spent.lessons else ""
    return (
        spent.name[:SHORT_ID] if len(spent.name) > SHORT_ID * 2 else spent.name,
        cost.model_calls,
        cost.prompt_tokens,
        cost.completion_tokens,
        f"{cost.seconds:.1f}",
        paid,
        spent.lessons,
        each,
    )
