"""`skillmem dump`: the whole memory as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from skillmem.cli.opening import known_store
from skillmem.cli.options import memory_option, namespace_option
from skillmem.types import Namespace

Form = Literal["jsonl", "markdown"]
_ENDINGS = frozenset({".md", ".markdown"})


@click.command(name="dump")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", "markdown"]),
    help="JSON lines, complete, to load again; Markdown to read. "
    "Without it the ending of the file's name tells: .md is Markdown, all else JSON lines.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file, written whole or not at all; otherwise standard output.",
)
@click.option("--all", "every", is_flag=True, help="Every namespace instead of one.")
@memory_option
@namespace_option
def command(
    form: Form | None,
    out: Path | None,
    location: str,
    namespace: Namespace,
    *,
    every: bool,
) -> None:
    """Write a memory as a file: complete (JSON lines), or to read (Markdown)."""
    from skillmem.dump import jsonl, markdown, write_whole

    chosen = None if every else namespace
    with known_store(location, chosen) as store:
        lines = (jsonl if (form or _form_of(out)) == "jsonl" else markdown)(store, chosen)
        if out is not None:
            write_whole(out, lines)
            click.echo(f"wrote {out}", err=True)
            return
        for line in lines:
            click.echo(line, nl=False)


def _form_of(out: Path | None) -> Form:
    return "markdown" if out is not None and out.suffix.lower() in _ENDINGS else "jsonl"
