"""How commands answer: JSON for programs, tables and plain lines for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

SHORT_ID = 12
_CELL = 400


def say_json(value: object) -> None:
    """Print a record, or a tuple of them, as indented JSON."""
    from pydantic_core import to_json

    click.echo(to_json(value, indent=2).decode("utf-8"))


def say_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str) -> None:
    """Print a table as wide as the terminal; of one without rows, the title alone.

    Nothing in a cell can act on the terminal.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from skillmem.rendering import one_line

    table = Table(title=title, title_justify="left", title_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(one_line(str(cell), _CELL)) for cell in row))
    if not table.row_count:
        click.echo(title)
        return
    Console(highlight=False).print(table)
