"""What several commands are told: which memory, which namespace, how to answer."""

from __future__ import annotations

import click

from skillmem.errors import InvalidNamespace
from skillmem.types import Namespace, parse_namespace


def to_namespace(
    ctx: click.Context,  # noqa: ARG001 - click's signature
    param: click.Parameter,  # noqa: ARG001 - click's signature
    value: str | None,
) -> Namespace | None:
    """Split `a/b` into its labels; refuse what isn't one."""
    if value is None:
        return None
    try:
        return parse_namespace(value)
    except InvalidNamespace as error:
        raise click.BadParameter(str(error)) from error


memory_option = click.option(
    "--memory",
    "location",
    default="./memory",
    show_default=True,
    metavar="FOLDER|URL",
    help="Where the memory is: its folder, or a SQLAlchemy URL.",
)
namespace_option = click.option(
    "--namespace",
    callback=to_namespace,
    default="default",
    show_default=True,
    metavar="A/B",
    help="Whose memory: labels joined by slashes.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON, for programs.")
