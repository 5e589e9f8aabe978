"""What a benchmark found, in the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from skillmem.errors import NothingJudged

if TYPE_CHECKING:
    from rich.table import Table

    from skillmem.evals.results import ArmResult, Results


def tell(results: Results, out: Path) -> None:
    """Print a table for each budget, what is to be said of it, and where the files are."""
    from rich.console import Console

    console = Console(
        width=None if sys.stdout.isatty() else 120, highlight=False, markup=False, emoji=False
    )
    for budget in results.run.plan.budgets:
        members = [result for result in results.arms if result.budget == budget]
        console.print(_table(results, members))
        for sentence in _remarks(results, members):
            console.print(sentence)
    for sentence in _circumstances(results):
        console.print(sentence)
    for name, path in (
        ("report:  ", "report.html"),
        ("memory:  ", "memory"),
        ("figures: ", "results.json"),
    ):
        if (out / path).exists():
            console.print(f"{name}{out / path}", soft_wrap=True)


def require_judged(results: Results, out: Path) -> None:
    """Refuse to call a benchmark done of which no episode was judged.

    Raises:
        NothingJudged: none was; the most frequent reason is named.
    """
    if any(result.n for result in results.arms):
        return
    reasons = [reason for result in results.arms for reason in result.why_not_judged]
    most = max(reasons, key=lambda reason: reason.count, default=None)
    why = f" ({most.reason}{f': {most.example}' if most.example else ''})" if most else ""
    raise NothingJudged(
        f"no episode was judged{why}, so nothing can be said of any arm; every reason stands in "
        f"{str(out / 'episodes.jsonl')!r}. Mend that, and play again into another folder (--out)"
    )


def _remarks(results: Results, members: list[ArmResult]) -> Iterator[str]:
    """Say what is to be said of one budget's arms."""
    from skillmem.evals.wording import attempts, best_arm, gaps, progress, telling, unjudged

    yield from attempts(members, results.run.plan.tries)
    yield from gaps(members)
    yield from unjudged(members)
    if best := best_arm(members):
        yield best
    if not results.complete:
        yield progress(results.run)
        yield from telling(members)


def _circumstances(results: Results) -> Iterator[str]:
    """Say how much was played of what, and by what kind of policy."""
    from skillmem.evals.wording import scope, training

    run = results.run
    yield (
        f"{scope(run, results.arms).capitalize()}; {training(run)}. "
        f"Intervals: 95 %, {run.ci_method}."
    )
    if run.policy_kind == "scripted":
        yield "A scripted policy tests the plumbing; it proves nothing about models."
    elif run.policy_kind == "unknown":
        yield "The agent does not say whether its policy is a model or a script (`policy_kind`)."


def _table(results: Results, members: list[ArmResult]) -> Table:
    from rich.table import Table

    from skillmem.evals.wording import REFERENCES, budget_name

    plan = results.run.plan
    references = [arm for arm in REFERENCES if arm in plan.arms]
    tries = sorted({k for k in (2, plan.seeds) if 1 < k <= plan.seeds})
    scored = any(result.score_mean is not None for result in members)
    title = f"{results.run.policy} on {plan.split}, {budget_name(members[0].budget)}"
    table = Table(title=title)
    table.add_column("arm")
    for name in (
        *("won %", "95 %"),
        *(("score",) if scored else ()),
        *("steps", "tokens"),
        *(f"pass@{k} %" for k in tries),
        *(f"vs {reference}" for reference in references),
    ):
        table.add_column(name, justify="right")
    for result in members:
        cells = _figures(result, tries, references, scored=scored)
        table.add_row(result.arm, *cells)
    return table


def _figures(
    result: ArmResult, tries: Iterable[int], references: Iterable[str], *, scored: bool
) -> Iterator[str]:
    """Write an arm's figures, a cell each; nothing against itself, a dash for what isn't known."""
    from skillmem.evals.wording import NOT_KNOWN, percent, points, won, won_interval

    yield won(result)
    yield won_interval(result)
    if scored:
        yield NOT_KNOWN if result.score_mean is None else f"{result.score_mean:.2f}"
    yield f"{result.steps_mean:.1f}" if result.n else NOT_KNOWN
    yield f"{result.memory_tokens_mean:.0f}"
    yield from (percent(result.pass_at_k[k]) if k in result.pass_at_k else "" for k in tries)
    for reference in references:
        yield points(result.versus[reference]) if reference in result.versus else ""
