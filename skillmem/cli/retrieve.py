"""`skillmem retrieve`: what the memory would put into a prompt, and why."""

from __future__ import annotations

from collections import Counter

import click

from skillmem.cli.answer import SHORT_ID, say_json, say_table
from skillmem.cli.opening import known_memory
from skillmem.cli.options import json_option, memory_option, namespace_option
from skillmem.errors import StoreError
from skillmem.types import Namespace, Retrieval, Task

_SHOWN = frozenset({"kept", "shortened"})
_REASON = 400


@click.command(name="retrieve")
@click.argument("goal")
@click.option("--observation", default="", help="The task's first observation.")
@click.option(
    "--budget",
    type=click.IntRange(min=0),
    default=800,
    show_default=True,
    help="Most tokens of memory, counted on the rendered text.",
)
@memory_option
@namespace_option
@json_option
def command(
    goal: str,
    observation: str,
    budget: int,
    location: str,
    namespace: Namespace,
    *,
    as_json: bool,
) -> None:
    """Show the receipt for a run at GOAL, and below it the text that it would be given.

    Of what is not in the text the receipt tells how many there were for each reason; `--json`
    has a line for each.
    """
    answered = False
    try:
        with known_memory(location, namespace) as memory:
            task = Task(goal=goal, observation=observation)
            retrieval = memory.retrieve(task, token_budget=budget)
            say_json(retrieval) if as_json else _tell(retrieval)
            answered = True
    except StoreError as error:
        if not answered:
            raise
        click.echo(f"Warning: the receipt isn't kept: {error}", err=True)


def _tell(retrieval: Retrieval) -> None:
    from skillmem.rendering import one_line

    lines = retrieval.receipt.lines
    say_table(
        ("item", "kind", "decision", "reason", "score", "tokens"),
        (
            (
                line.item_id[:SHORT_ID],
                line.kind,
                line.decision,
                line.reason,
                f"{line.score:.3f}",
                line.tokens,
            )
            for line in lines
            if line.decision in _SHOWN
        ),
        title=f"{retrieval.tokens} of {retrieval.receipt.token_budget} tokens, "
        f"version {retrieval.version}",
    )
    others = Counter((line.decision, line.reason) for line in lines if line.decision not in _SHOWN)
    for (decision, reason), count in others.most_common():
        click.echo(f"{count} {decision}: {one_line(reason, _REASON)}")
    click.echo(f"\n{retrieval.text or '(nothing fits or helps)'}")
