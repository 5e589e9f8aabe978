"""`skillmem load`: a dump, or episodes from elsewhere, into a memory."""

from __future__ import annotations

from pathlib import Path

import click

from skillmem.cli.answer import say_json
from skillmem.cli.opening import is_new, opened_store
from skillmem.cli.options import json_option, memory_option, to_namespace
from skillmem.types import Namespace, format_namespace

_DEFAULT: Namespace = ("default",)


@click.command(name="load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@memory_option
@click.option(
    "--namespace",
    callback=to_namespace,
    metavar="A/B",
    help="Where it goes; otherwise a dump's own namespaces, and `default` for episodes.",
)
@json_option
def command(file: Path, location: str, namespace: Namespace | None, *, as_json: bool) -> None:
    """Load FILE: a dump, or JSON lines that are one Episode each.

    A dump goes into namespaces that hold nothing, all of it or nothing. Episodes are added to
    what is there, and known again by their ids: those that are stored already change nothing.
    An episode without an id is new each time, so give it one if you may load it twice. Every
    line is validated before the first is written. A memory that isn't there is made.
    """
    from skillmem.dump import check_episodes, check_jsonl, is_dump, load_episodes, load_jsonl

    whole = is_dump(file)
    if is_new(location):
        check_jsonl(file, namespace=namespace) if whole else check_episodes(file)
    with opened_store(location) as store:
        if whole:
            loaded = load_jsonl(store, file, namespace=namespace)
        else:
            loaded = (load_episodes(store, file, namespace=namespace or _DEFAULT),)
    if as_json:
        say_json(loaded)
        return
    for part in loaded:
        name = format_namespace(part.namespace)
        click.echo(
            f"{name}: {part.episodes} episodes ({part.new} new), {part.items} items, "
            f"version {part.version}"
        )
