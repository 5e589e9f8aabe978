"""The page's plots, as files that can be read on a light page and on a dark one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from benchmarks.documenting.runs import Run
from skillmem.evals.charts import INK, passes_chart, success_chart, tokens_chart
from skillmem.evals.plan import UNLIMITED


class Plot(NamedTuple):
    """A plot: its file's name, what it shows in words, and how to draw it."""

    file: str
    words: str
    draw: Callable[[], str]


def plots_of(run: Run) -> tuple[Plot, ...]:
    """Name every plot of a run; none is drawn yet."""
    several = (tokens_plot(run),) if len(run.budgets) > 1 else ()
    return (*(plot for budget in run.budgets for plot in _under(run, budget)), *several)


def success_plot(run: Run, budget: int | None) -> Plot:
    """Show what each arm won."""
    return Plot(
        _file(run, "success", budget),
        f"{run.name}: the share of episodes that each arm won, with its 95 % interval",
        lambda: success_chart(run.arms(budget)),
    )


def passes_plot(run: Run, budget: int | None) -> Plot | None:
    """Show what one of several runs wins; nothing where every task is played once."""
    if all(len(result.pass_at_k) <= 1 for result in run.arms(budget)):
        return None
    return Plot(
        _file(run, "passes", budget),
        f"{run.name}: the chance that one of k runs of a task wins, against k, for each arm",
        lambda: passes_chart(run.arms(budget)),
    )


def tokens_plot(run: Run) -> Plot:
    """Show what each arm won under each budget."""
    return Plot(
        f"{run.name}-tokens.svg",
        f"{run.name}: the share of episodes won against the tokens of memory, a line per arm",
        lambda: tokens_chart(run.results.arms),
    )


def drawn(plot: Plot, digest: str) -> str:
    """Draw a plot; it names the results that it shows.

    An image can't take its ink from the page around it, so it gets one that stands out on both.
    """
    return f"{stamp(digest)}\n{plot.draw().replace('currentColor', INK)}"


def stamp(digest: str) -> str:
    """Give the line with which a plot of these results begins."""
    return f"<!-- of results.json, sha256 {digest} -->"


def _under(run: Run, budget: int | None) -> Iterator[Plot]:
    yield success_plot(run, budget)
    passes = passes_plot(run, budget)
    if passes is not None:
        yield passes


def _file(run: Run, kind: str, budget: int | None) -> str:
    if len(run.budgets) == 1:
        return f"{run.name}-{kind}.svg"
    return f"{run.name}-{kind}-{UNLIMITED if budget is None else budget}.svg"
