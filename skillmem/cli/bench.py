"""`skillmem bench`: does a memory of its own runs help an agent?"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from traceback import format_exc
from typing import TYPE_CHECKING, Any

import click

from skillmem.cli.options import json_option
from skillmem.cli.progress import progress
from skillmem.cli.standings import require_judged, tell
from skillmem.errors import SkillMemError

if TYPE_CHECKING:
    from skillmem.evals.plan import Plan

DEFAULT_OUT = "./bench-out"


@click.command(name="bench")
@click.option(
    "--env",
    default="envs.household:make",
    show_default=True,
    metavar="MODULE:FUNCTION",
    help="The environment's suite, by import path.",
)
@click.option(
    "--agent",
    default="agents.case_based:make",
    show_default=True,
    metavar="MODULE:FUNCTION",
    help="The agent, by import path.",
)
@click.option(
    "--env-option",
    "env_options",
    multiple=True,
    metavar="NAME=VALUE",
    help="A keyword argument for the environment's function, such as max_steps=30. Repeatable.",
)
@click.option(
    "--agent-option",
    "agent_options",
    multiple=True,
    metavar="NAME=VALUE",
    help="A keyword argument for the agent's function, such as model=PATH. Repeatable.",
)
@click.option(
    "--floor",
    metavar="MODULE:FUNCTION",
    help="An agent that plays one more arm, without memory: such as agents.uniform:make.",
)
@click.option(
    "--mode",
    type=click.Choice(["offline", "online"]),
    default="offline",
    show_default=True,
    help="Learn from training games, then evaluate; or online: a stream of the split's tasks, "
    "each scored before it is learnt from, in as many orders as there are builds.",
)
@click.option(
    "--arms",
    metavar="A,B,…",
    help="The arms to compare; by default all but those that try again: retry, retry_plain, "
    "retry_inverted.",
)
@click.option(
    "--tries",
    type=click.IntRange(min=2),
    default=2,
    show_default=True,
    help="Most attempts at a task, of an arm that tries again.",
)
@click.option("--split", default="valid_unseen", show_default=True, help="What to evaluate on.")
@click.option("--limit", type=click.IntRange(min=1), help="Only the first tasks, types in turn.")
@click.option(
    "--train",
    type=click.IntRange(min=1),
    default=60,
    show_default=True,
    help="Training games of each build.",
)
@click.option(
    "--train-source",
    type=click.Choice(["auto", "official", "drawn"]),
    default="auto",
    show_default=True,
    help="Games drawn anew for each build, or official ones; auto: drawn where the suite can.",
)
@click.option(
    "--collector",
    metavar="NAME:SHARE",
    help="Who else plays a share of the training games, such as expert:0.3.",
)
@click.option(
    "--builds",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Memories built independently, each from its own log.",
)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=2,
    show_default=True,
    help="Runs of each task with each build.",
)
@click.option("--seed", default=0, show_default=True, help="Where all chance begins.")
@click.option(
    "--budget",
    default="800",
    show_default=True,
    metavar="N,…",
    help="Tokens of memory in a prompt; several are swept: 200,400,800,unlimited.",
)
@click.option(
    "--tasks-of-a-unit",
    type=click.IntRange(min=1),
    help="Tasks played and kept at a time; by default 1 for a language model, else 45.",
)
@click.option(
    "--time-budget",
    type=click.FloatRange(min=0, min_open=True),
    metavar="MINUTES",
    help="Begin nothing new after so many minutes, and tell what was played till then; the same "
    "command goes on later.",
)
@click.option(
    "--processes",
    type=click.IntRange(min=1),
    help="Processes at work; by default one a core, or one in all for a language model.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_OUT,
    show_default=True,
    help="The folder for results; the same run goes on where it was cut off.",
)
@click.option(
    "--renew",
    is_flag=True,
    help="Remove what a run of another configuration or code left in the folder.",
)
@click.option(
    "--traceback",
    "traced",
    is_flag=True,
    help="Show the traceback of an error: where in its code an environment or agent failed.",
)
@json_option
def command(
    *,
    out: Path,
    processes: int | None,
    renew: bool,
    time_budget: float | None,
    traced: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Play an agent with every arm of memory, and compare them honestly.

    Writes results.json, episodes.jsonl, memory/ and report.html into a folder.
    """
    from skillmem.evals.harness import benchmark

    stages: set[str] = set()
    with _traceback(wanted=traced), progress() as show:

        def watch(stage: str, done: int, total: int) -> None:
            stages.add(stage)
            show(stage, done, total)

        results = benchmark(
            make_plan(**options),
            out,
            processes=processes,
            command=shlex.join(["skillmem", *sys.argv[1:]]),
            renew=renew,
            seconds=None if time_budget is None else 60.0 * time_budget,
            watch=watch,
        )
    if not stages:
        click.echo(
            f"These are the results of the run that finished in {str(out)!r} before; nothing was "
            "played. To play again, remove that folder, or name another with --out.",
            err=True,
        )
    if as_json:
        click.echo(results.model_dump_json(indent=2))
    else:
        tell(results, out)
    require_judged(results, out)


@contextmanager
def _traceback(*, wanted: bool) -> Iterator[None]:
    """Show where an error came from, before it is told in one line."""
    try:
        yield
    except SkillMemError:
        if wanted:
            click.echo(format_exc(), err=True)
        raise


def make_plan(
    *,
    arms: str | None,
    budget: str,
    collector: str | None,
    env_options: Sequence[str] = (),
    agent_options: Sequence[str] = (),
    **options: Any,
) -> Plan:
    """Read a plan from the command's options; those that need no reading are its fields.

    Raises:
        UnknownArm: there is no such arm.
        InvalidOption: a budget, the collector or an option of others can't be read.
    """
    from skillmem.evals.plan import (
        ARMS,
        FLOOR,
        Plan,
        parse_budgets,
        parse_collector,
        parse_options,
    )

    named = ARMS if arms is None else tuple(name.strip() for name in arms.split(","))
    if options.get("floor") and FLOOR not in named:
        named = (FLOOR, *named)
    return Plan(
        arms=named,
        env_options=parse_options(env_options),
        agent_options=parse_options(agent_options),
        budgets=parse_budgets(budget),
        collector=parse_collector(collector) if collector else None,
        **options,
    )
