"""Write the reference of the command line, from its own help.

Usage: python scripts/document_cli.py > docs/cli.md
"""

from __future__ import annotations

import click

from skillmem.cli.group import COMMANDS, commands

WIDTH = 96
OPENING = """# The command line

`skillmem` and `python -m skillmem` are the same. The current directory comes first on the
import path. This page is printed by `python scripts/document_cli.py`.
"""


def reference() -> str:
    """Give the help of the group and of every command, as Markdown."""
    parts = [OPENING, _section("skillmem", commands, None)]
    with click.Context(commands, info_name="skillmem") as parent:
        for name in COMMANDS:
            command = commands.get_command(parent, name)
            assert command is not None
            parts.append(_section(f"skillmem {name}", command, parent))
    return "\n".join(parts)


def _section(title: str, command: click.Command, parent: click.Context | None) -> str:
    with click.Context(
        command, info_name=title.rsplit(maxsplit=1)[-1], parent=parent, terminal_width=WIDTH
    ) as context:
        lines = [line.rstrip() for line in command.get_help(context).splitlines()]
    return "\n".join([f"## {title}", "", "```text", *lines, "```", ""])


if __name__ == "__main__":
    print(reference(), end="")
