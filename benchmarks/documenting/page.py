"""The page: runs and hand-written text, put together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from benchmarks.ablation.results import Ablation
from benchmarks.documenting.commands import (
    OUT,
    shown_command,
    shown_machine,
    without_folders,
    wrapped,
)
from benchmarks.documenting.figures import Figures
from benchmarks.documenting.needs import needs
from benchmarks.documenting.overview import anchor, overview, tallies
from benchmarks.documenting.plots import Plot, passes_plot, success_plot, tokens_plot
from benchmarks.documenting.runs import Run
from benchmarks.documenting.tables import (
    ablation_table,
    arms_table,
    difficulties_table,
    labels_table,
    passes_table,
    positions_table,
)
from benchmarks.documenting.verdicts import helped, verdict
from skillmem.evals.results import ArmResult, RunInfo
from skillmem.evals.wording import (
    MEANINGS,
    OURS,
    best_arm,
    budget_name,
    gaps,
    progress,
    telling,
    training,
    unjudged,
)

PAGE = "benchmarks.md.jinja"
BLANK_LINES = re.compile(r"\n{3,}")
UNTYPED = ("findings.md.jinja", "threats.md.jinja")
"""The templates in which no figure may be typed."""


class Section(NamedTuple):
    """All that is shown of a run under one budget."""

    budget: str
    arms: str
    success: Plot
    best: str
    told: tuple[str, ...]
    untold: tuple[str, ...]
    untold_arms: str
    remarks: tuple[str, ...]
    labels: str
    difficulties: str
    positions: str
    passes: str
    passes_plot: Plot | None
    helped: tuple[str, ...]


class Part(NamedTuple):
    """All that is shown of a run."""

    name: str
    anchor: str
    digest: str
    has_episodes: bool
    info: RunInfo
    command: str
    needs: tuple[str, ...]
    options: str
    machine: str
    training: str
    logs: str
    progress: str
    sections: tuple[Section, ...]
    tokens_plot: Plot | None


def render(runs: Sequence[Run], ablations: Sequence[Ablation], templates: Path) -> str:
    """Write the page.

    Raises:
        NoSuchFigure: a hand-written text asks for what no run has found.
    """
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(Figures(runs).functions())
    text = environment.get_template(PAGE).render(
        runs=[_part(run) for run in runs],
        ablations=ablations,
        ablation_table=ablation_table,
        overview=overview(runs),
        tallies=tallies(runs),
        meanings=MEANINGS,
        out=OUT,
    )
    return BLANK_LINES.sub("\n\n", text).strip() + "\n"


def _part(run: Run) -> Part:
    info = run.results.run
    return Part(
        name=run.name,
        anchor=anchor(run.name),
        digest=run.digest,
        has_episodes=run.has_episodes,
        info=info,
        command=wrapped(shown_command(info.command, name=run.name)),
        needs=tuple(needs(info.plan)),
        options=_options(info),
        machine=shown_machine(info.machine),
        training=training(info),
        logs=_logs(info),
        progress=progress(info, kept_alone=True),
        sections=tuple(_section(run, budget) for budget in run.budgets),
        tokens_plot=tokens_plot(run) if len(run.budgets) > 1 else None,
    )


def _section(run: Run, budget: int | None) -> Section:
    arms = run.arms(budget)
    told, untold = _ours(arms, told=True), _ours(arms, told=False)
    return Section(
        budget=budget_name(budget),
        arms=arms_table(arms),
        success=success_plot(run, budget),
        best=best_arm(arms),
        told=telling(told),
        untold=telling(untold),
        untold_arms=", ".join(other for result in untold for other in result.versus),
        remarks=(*gaps(arms), *unjudged(arms)),
        labels=labels_table(arms),
        difficulties=difficulties_table(arms),
        positions=positions_table(arms),
        passes=passes_table(arms),
        passes_plot=passes_plot(run, budget),
        helped=helped(arms),
    )


def _ours(arms: Sequence[ArmResult], *, told: bool) -> tuple[ArmResult, ...]:
    """Give our own arm with only those differences that are told apart, or only the others."""
    return tuple(
        result.model_copy(
            update={
                "versus": {
                    other: found
                    for other, found in result.versus.items()
                    if (verdict(found) != "not told apart from") == told
                }
            }
        )
        for result in arms
        if result.arm == OURS
    )


def _options(info: RunInfo) -> str:
    """Write the environment's options; nothing where it has none."""
    return without_folders(
        ", ".join(f"{name}={value}" for name, value in sorted(info.plan.env_options.items()))
    )


def _logs(info: RunInfo) -> str:
    """Say what the builds' logs held, and what became of it, on average."""
    if not info.logs:
        return ""
    count = len(info.logs)
    episodes, won, demonstrations, lessons, skipped = (
        sum(getattr(log, name) for log in info.logs) / count
        for name in ("episodes", "successes", "demonstrations", "lessons", "skipped")
    )
    return (
        f"a log held {episodes:.1f} episodes, {won:.1f} of them won; of them came "
        f"{demonstrations:.1f} demonstrations and {lessons:.1f} lessons, each of one episode or of "
        f"several, and {skipped:.1f} episodes gave nothing (means over the builds)"
    )
