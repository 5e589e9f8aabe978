"""Figures as Markdown tables, a row per arm."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isclose
from typing import NamedTuple

from benchmarks.ablation.results import Ablation
from benchmarks.documenting.verdicts import verdict
from skillmem.evals.results import (
    ArmResult,
    Bounds,
    Difference,
    DifficultyResult,
    Diversity,
    LabelResult,
)
from skillmem.evals.wording import NONE, OURS, percent, points

PASSES = (1, 2, 4, 8)
LEAST_SECONDS = 0.001
HARD = "\u00a0"
"""A blank at which no line breaks."""


class Column(NamedTuple):
    """A heading, and what stands under it for an arm; a column that says nothing is left out."""

    title: str
    cell: Callable[[ArmResult], str]


def arms_table(arms: Sequence[ArmResult]) -> str:
    """Show what each arm reached, and how it compares."""
    return table(
        arms,
        (
            Column("n", lambda it: str(it.n)),
            Column("won, %", lambda it: percent(it.success_rate)),
            Column("95 % interval", lambda it: between(it.ci95)),
            Column("score", _score_unless_won(arms)),
            Column("steps", lambda it: f"{it.steps_mean:.1f}"),
            Column("memory tokens", lambda it: f"{it.memory_tokens_mean:.0f}"),
            Column("s/step", lambda it: seconds(it.seconds_per_step)),
            Column("model tokens/step", _model_tokens),
            Column("minus none", lambda it: told_points(it.versus.get(NONE))),
            Column("minus placebo", lambda it: told_points(it.versus.get("placebo"))),
            Column("asymmetric minus it", _ours_minus(arms)),
        ),
    )


def ablation_table(found: Ablation) -> str:
    """Show what the memory won as it is, and with one part changed."""
    header = (
        "memory",
        "lessons",
        "guards",
        *(f"{lane}: won, %; minus as it is" for lane in found.lanes),
    )
    return markdown(header, tuple(found.rows()))


def labels_table(arms: Sequence[ArmResult]) -> str:
    """Show what each arm won of each type of task."""
    return _rates_table(arms, lambda it: it.by_label, sorted)


def positions_table(arms: Sequence[ArmResult]) -> str:
    """Show what each arm won in each part of its streams."""
    return _rates_table(arms, lambda it: it.by_position, sorted)


def difficulties_table(arms: Sequence[ArmResult]) -> str:
    """Show what each arm won, and covered, of tasks with plans about as long."""
    return _rates_table(arms, lambda it: it.by_difficulty, list)


def passes_table(arms: Sequence[ArmResult]) -> str:
    """Show what several runs of a task win, and how they differ; nothing where each is one."""
    if all(it.diversity is None for it in arms):
        return ""
    columns = [
        *(Column(f"pass@{k}, %", _passes(k)) for k in PASSES),
        Column("runs of a task", _of_diversity(lambda it: f"{it.runs:.1f}")),
        Column("different plans", _of_diversity(lambda it: f"{it.distinct_plans:.1f}")),
        Column("different plans that won", _of_diversity(lambda it: f"{it.distinct_wins:.1f}")),
        Column(
            "entropy where they part, bits",
            _of_diversity(lambda it: f"{it.divergence_entropy:.2f}"),
        ),
    ]
    return table(arms, columns)


def table(arms: Sequence[ArmResult], columns: Sequence[Column]) -> str:
    """Write a table; ours stands out."""
    kept = [column for column in columns if any(column.cell(result) for result in arms)]
    return markdown(
        ["arm", *(column.title for column in kept)],
        [[_name(it.arm), *(column.cell(it) for column in kept)] for it in arms],
    )


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> str:
    """Write a table whose first columns are of words, and the others of figures."""
    rule = [":--" if place < words else "--:" for place in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))


def between(bounds: Bounds) -> str:
    """Write an interval of shares, in per cent."""
    return f"{percent(bounds[0])}–{percent(bounds[1])}"


def seconds(found: float) -> str:
    """Write seconds with two digits; there is no sense in the smallest."""
    return f"{found:.2g}" if found >= LEAST_SECONDS else f"<{LEAST_SECONDS}"


def told_points(found: Difference | None) -> str:
    """Write a difference in points, in one piece, and bold where its interval excludes zero."""
    if found is None:
        return ""
    difference, _, interval = points(found).partition(" ")
    told = verdict(found) != "not told apart from"
    together = interval.replace(" ", HARD)
    return f"**{difference}**{HARD}{together}" if told else f"{difference}{HARD}{together}"


def _rates_table(
    arms: Sequence[ArmResult],
    rates: Callable[[ArmResult], Mapping[str, LabelResult]],
    order: Callable[[Sequence[str]], Sequence[str]],
) -> str:
    names = order(list(dict.fromkeys(name for it in arms for name in rates(it))))
    columns = [
        Column(_heading(name, [rates(it) for it in arms]), _rate_of(rates, name)) for name in names
    ]
    return table(arms, columns) if columns else ""


def _rate_of(
    rates: Callable[[ArmResult], Mapping[str, LabelResult]], name: str
) -> Callable[[ArmResult], str]:
    return lambda it: _rate(rates(it).get(name))


def _heading(name: str, found: Sequence[Mapping[str, LabelResult]]) -> str:
    """Name a column, with the episodes of an arm in it."""
    counts = sorted({rates[name].n for rates in found if name in rates})
    n = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]}–{counts[-1]}"
    return f"{name.replace('_', ' ')}, n {n}"


def _rate(found: LabelResult | None) -> str:
    if found is None:
        return ""
    covered = f", covered {percent(found.coverage)}" if isinstance(found, DifficultyResult) else ""
    return f"{percent(found.success_rate)}{HARD}<sub>{between(found.ci95)}{covered}</sub>"


def _name(arm: str) -> str:
    return f"**{arm}**" if arm == OURS else arm


def _score_unless_won(arms: Sequence[ArmResult]) -> Callable[[ArmResult], str]:
    """Write mean scores; nothing where a score is but another word for won and lost."""
    scores = [(it.score_mean, it.success_rate) for it in arms if it.score_mean is not None]
    return (lambda _: "") if all(isclose(*pair) for pair in scores) else _score


def _score(result: ArmResult) -> str:
    if result.score_mean is None:
        return ""
    if result.score_ci95 is None:
        return f"{result.score_mean:.2f}"
    low, high = result.score_ci95
    interval = f"[{_decimal(low)},{HARD}{_decimal(high)}]"
    return f"{result.score_mean:.2f}{HARD}{interval}"


def _decimal(number: float) -> str:
    return f"{round(number, 2) + 0.0:.2f}".replace("-", "−")


def _model_tokens(result: ArmResult) -> str:
    found = result.model_tokens_per_step
    return "" if found is None else f"{found:.0f}"


def _ours_minus(arms: Sequence[ArmResult]) -> Callable[[ArmResult], str]:
    ours = next((it.versus for it in arms if it.arm == OURS), {})
    return lambda it: told_points(ours.get(it.arm))


def _passes(k: int) -> Callable[[ArmResult], str]:
    return lambda it: percent(it.pass_at_k[k]) if k in it.pass_at_k else ""


def _of_diversity(write: Callable[[Diversity], str]) -> Callable[[ArmResult], str]:
    return lambda it: "" if it.diversity is None else write(it.diversity)
