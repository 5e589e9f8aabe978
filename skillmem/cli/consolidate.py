"""`skillmem consolidate`: what waits becomes memory."""

from __future__ import annotations

from collections import Counter

import click

from skillmem.cli.answer import say_json, say_table
from skillmem.cli.opening import known_memory
from skillmem.cli.options import json_option, memory_option, namespace_option
from skillmem.cli.progress import bars
from skillmem.dump.reading import forbidden
from skillmem.types import Batch, Contradiction, Namespace


@click.command(name="consolidate")
@memory_option
@namespace_option
@json_option
def command(location: str, namespace: Namespace, *, as_json: bool) -> None:
    """Turn all that is judged and not consolidated yet into memory."""
    with known_memory(location, namespace) as memory, bars() as shown:
        batch = memory.consolidate(progress=shown)
    if as_json:
        say_json(batch)
    else:
        _tell(batch)


def _tell(batch: Batch) -> None:
    if batch.leased:
        click.echo(
            f"{batch.leased} episodes are held by another batch; if it died, they are taken over "
            "when its lease ends",
            err=True,
        )
    if not (
        batch.demonstrations or batch.lessons or batch.retired or batch.skipped or batch.pending
    ):
        click.echo(f"nothing new to learn from; version {batch.version}")
        return
    skipped, pending = Counter(batch.skipped.values()), Counter(batch.pending.values())
    say_table(
        ("made of the episodes", "count"),
        (
            ("demonstrations", len(batch.demonstrations)),
            ("lessons", len(batch.lessons)),
            ("older items retired", len(batch.retired)),
            *((_contradicted(it), len(it.against)) for it in batch.contradictions),
            *((f"skipped: {reason}", count) for reason, count in skipped.most_common()),
            *((f"pending: {reason}", count) for reason, count in pending.most_common()),
            ("seconds", f"{batch.cost.seconds:.1f}"),
        ),
        title=f"version {batch.version}",
    )


def _contradicted(found: Contradiction) -> str:
    """Say what became of a guard, and by how many successes."""
    assert found.lesson.guard is not None
    fate = "retired" if found.narrowed is None else "narrowed"
    return f"{fate}, as successes broke it: {forbidden(found.lesson.guard)}"
