"""All runs at a glance: a row each."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.documenting.runs import Run
from benchmarks.documenting.tables import HARD, between, markdown, told_points
from benchmarks.documenting.verdicts import VERDICTS, Verdict, verdict
from skillmem.evals.results import ArmResult
from skillmem.evals.wording import MEANINGS, NONE, OURS, budget_name, percent

HEADER = (
    "run",
    "policy",
    "environment",
    "budget",
    "none, %",
    "asymmetric, %",
    "asymmetric minus none",
    "asymmetric minus placebo",
    "best arm",
)


def overview(runs: Sequence[Run]) -> str:
    """Show what memory did in every run; nothing without runs."""
    rows = [_row(run, budget) for run in runs for budget in run.budgets]
    return markdown(HEADER, rows, words=4) if rows else ""


def _row(run: Run, budget: int | None) -> list[str]:
    arms = {result.arm: result for result in run.arms(budget)}
    ours = arms.get(OURS)
    versus = ours.versus if ours else {}
    best = max(arms.values(), key=lambda result: result.success_rate)
    return [
        f"[{run.name}](#{anchor(run.name)})",
        run.results.run.policy_kind,
        f"{_module(run.results.run.environment)}, {run.results.run.plan.split}",
        budget_name(budget).removesuffix(" tokens"),
        _won(arms.get(NONE)),
        _won(ours),
        told_points(versus.get(NONE)),
        told_points(versus.get("placebo")),
        f"{best.arm}, {percent(best.success_rate)}",
    ]


def tallies(runs: Sequence[Run]) -> str:
    """Count, for each other arm, the runs in which ours is above it, below it, or neither."""
    found: dict[str, list[Verdict]] = {}
    for run in runs:
        for result in run.arms(run.budgets[0]):
            if result.arm == OURS:
                for other, difference in result.versus.items():
                    found.setdefault(other, []).append(verdict(difference))
    rows = [
        [other, *(str(found[other].count(name)) for name in VERDICTS)]
        for other in MEANINGS
        if other in found
    ]
    return markdown(("asymmetric and", *VERDICTS), rows) if rows else ""


def anchor(name: str) -> str:
    """Give the name under which a heading can be linked."""
    return "".join(
        sign for sign in name.lower().replace(" ", "-") if sign.isalnum() or sign in "-_"
    )


def _module(path: str) -> str:
    return path.partition(":")[0].removeprefix("envs.")


def _won(found: ArmResult | None) -> str:
    return (
        ""
        if found is None
        else f"{percent(found.success_rate)}{HARD}<sub>{between(found.ci95)}</sub>"
    )
