"""`skillmem rollback`: show again what an earlier version showed."""

from __future__ import annotations

import click

from skillmem.cli.answer import say_json
from skillmem.cli.opening import known_memory
from skillmem.cli.options import json_option, memory_option, namespace_option
from skillmem.types import Namespace


@click.command(name="rollback")
@click.argument("version", type=click.IntRange(min=0))
@click.option("--reason", default="", help="Why, for the history.")
@memory_option
@namespace_option
@json_option
def command(
    version: int, reason: str, location: str, namespace: Namespace, *, as_json: bool
) -> None:
    """Show again what VERSION showed, as a new version. Nothing is lost."""
    with known_memory(location, namespace) as memory:
        before = memory.version
        change = memory.rollback(version, reason=reason)
    if as_json:
        say_json(change)
    elif change.version == before:
        click.echo(f"version {before} shows what version {version} showed; nothing to do")
    else:
        click.echo(
            f"version {change.version} shows what version {version} showed: "
            f"{len(change.added)} items came back, {len(change.retired)} were retired"
        )
