"""`skillmem migrate`: bring a store of an older release up to this one's schema."""

from __future__ import annotations

import click

from skillmem.cli.opening import require_memory
from skillmem.cli.options import memory_option


@click.command(name="migrate")
@memory_option
def command(location: str) -> None:
    """Bring a memory that an older release wrote up to the schema of this one.

    A copy of a SQLite file is made beside it first; nothing is ever migrated without this command.
    """
    from skillmem.stores.migration import bring_up

    require_memory(location)
    done = bring_up(location)
    if done.copy is None:
        click.echo(f"{location} has the schema {done.after} already; nothing was changed")
        return
    click.echo(
        f"{location} has the schema {done.after} now, it had {done.before or 'none'}; "
        f"what it was is kept as {done.copy}"
    )
