"""The group of all commands, and what its exit codes mean."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from skillmem.errors import (
    BenchmarkUnfinished,
    LeakFound,
    MissingDependency,
    ModelError,
    NothingJudged,
    SkillMemError,
    StoreError,
    WrongUse,
)

REFUSED, WRONG_USE, FAILED, UNFINISHED, INTERRUPTED = 1, 2, 3, 4, 130
_EXIT_CODES: tuple[tuple[type[SkillMemError], int], ...] = (
    (LeakFound, REFUSED),
    (NothingJudged, REFUSED),
    (BenchmarkUnfinished, UNFINISHED),
    (WrongUse, WRONG_USE),
    (MissingDependency, WRONG_USE),
    (StoreError, FAILED),
    (ModelError, FAILED),
)
COMMANDS = ("bench", "consolidate", "dump", "load", "migrate", "retrieve", "rollback", "show")


def exit_code(error: SkillMemError) -> int:
    """Tell whose fault an error is, as an exit code."""
    return next((code for kind, code in _EXIT_CODES if isinstance(error, kind)), REFUSED)


class CommandGroup(click.Group):
    """Commands that are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the commands, sorted."""
        return list(COMMANDS)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        cmd_name: str,
    ) -> click.Command | None:
        """Import the command of that name."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"skillmem.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; tell our errors on one line, without a traceback."""
        try:
            return super().invoke(ctx)
        except SkillMemError as error:
            click.echo(f"Error: {error}", err=True)
            ctx.exit(exit_code(error))
        except KeyboardInterrupt:
            click.echo(
                "Interrupted. What was finished is kept; run the same command again to go on.",
                err=True,
            )
            ctx.exit(INTERRUPTED)


@click.group(
    name="skillmem",
    cls=CommandGroup,
    context_settings={"max_content_width": 100},
)
@click.version_option(package_name="langgraph-skillmem", prog_name="skillmem")
def commands() -> None:
    """Read, feed and measure an agent's memory of its own runs.

    Exit codes: 0 fine, 1 the check or benchmark says no, 2 wrong use, 3 the store
    or a language model failed, 4 a benchmark's time was over before it had a result
    (the same command goes on), 130 interrupted.
    """


def main() -> None:
    """Run the command line; modules of the current directory come first."""
    here = os.getcwd()  # noqa: PTH109 - sys.path holds strings
    if here not in sys.path[:1]:
        sys.path.insert(0, here)
    commands(prog_name="skillmem")
