"""`report.html`: the figures and what is behind them, in one file that needs no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Any, NamedTuple

from skillmem.config import Config
from skillmem.dump import replace_file
from skillmem.errors import MissingExtra
from skillmem.evals.charts import forest_chart, signed, success_chart, tokens_chart
from skillmem.evals.collection import NAMESPACE, read_games
from skillmem.evals.dumps import WHOLE_MEMORY
from skillmem.evals.folder import RunFolder
from skillmem.evals.plan import UNLIMITED
from skillmem.evals.results import ArmResult, Difference, Played, Results, RunInfo
from skillmem.rendering import render_item
from skillmem.stores import SqlStore
from skillmem.types import Demonstration, Lesson

SHOWN_OF_A_KIND = 4
MOST = 0.5
REFERENCES = ("none", "placebo")
MEANINGS = {
    "none": "no memory at all",
    "placebo": "as many tokens of memory, but another task's",
    "random": "items of the memory drawn at random",
    "fixed": "classic few-shot: the first build's shortest success of each type, whatever the task",
    "oracle": "the memory's items of the right type, known by label",
    "raw": "successes concrete, failures concrete",
    "abstract": "successes abstract, failures abstract",
    "asymmetric": "successes concrete, failures abstract: what skillmem does",
    "reversed": "successes abstract, failures concrete",
    "demonstrations": "the memory's demonstrations alone",
    "lessons": "the memory's lessons alone",
}


class ShownItem(NamedTuple):
    """A memory item in full, where it came from, and how it fared."""

    kind: str
    id: str
    text: str
    trust: float
    verified: str
    games: tuple[str, ...]
    shown: int
    won: int


class Section(NamedTuple):
    """All figures under one budget."""

    budget: str
    arms: tuple[ArmResult, ...]
    labels: tuple[str, ...]
    success: str
    forests: tuple[tuple[str, str], ...]
    own: str
    gaps: tuple[str, ...]


def write_report(folder: RunFolder, results: Results, played: Sequence[Played]) -> None:
    """Write the report of a run whose builds are still in its folder."""
    template = _environment().get_template("report.html.jinja")
    sections = [_section(results, budget) for budget in results.run.plan.budgets]
    text = template.render(
        run=results.run,
        sections=sections,
        tokens=tokens_chart(results.arms),
        meanings=MEANINGS,
        items=_shown_items(folder, played),
        training=training(results.run),
        against_none=_comparison(results),
        best=best_arm(_members(results, results.run.plan.budgets[0])),
    )
    replace_file(folder.report_file, [text])


def training(run: RunInfo) -> str:
    """Say where the builds' training games came from, and whether builds share any."""
    source = "drawn anew for each"
    if run.train_source == "official":
        source = "picked for each from the official ones"
    if not run.shared_games_mean:
        return f"{run.plan.train} training games per build, {source}"
    return (
        f"{run.plan.train} training games per build, {source}; two builds share "
        f"{run.shared_games_mean:.1f} of them on average"
    )


def best_arm(arms: Sequence[ArmResult]) -> str:
    """Say which of one budget's arms won most, and whether that is told from ours.

    Nothing where our own arm or every other was not played.
    """
    ours = next((result for result in arms if result.arm == WHOLE_MEMORY), None)
    others = [result for result in arms if result.arm != WHOLE_MEMORY]
    if ours is None or not others:
        return ""
    best = max(others, key=lambda result: result.success_rate)
    if best.success_rate < ours.success_rate:
        lead = f"The best arm is {WHOLE_MEMORY} itself; next comes {best.arm}"
    elif best.success_rate == ours.success_rate:
        lead = f"No arm won more than {WHOLE_MEMORY}; {best.arm} won as many"
    else:
        lead = f"The best arm is {best.arm}"
    found = ours.versus[best.arm]
    low, high = found.ci95
    verdict = "does not tell" if low <= 0.0 <= high else "tells"
    return (
        f"{lead}, with {percent(best.success_rate)} %. {WHOLE_MEMORY.capitalize()} minus "
        f"{best.arm} is {points(found)} points: the interval {verdict} the two apart."
    )


def gaps(arms: Sequence[ArmResult]) -> tuple[str, ...]:
    """Name the arms that had nothing to show in most of their episodes."""
    return tuple(
        f"{result.arm} had nothing to show in {percent(result.nothing_shown)} % of its episodes."
        for result in arms
        if result.arm != "none" and result.nothing_shown > MOST
    )


def percent(share: float) -> str:
    """Write a share as a whole percentage."""
    return f"{100 * share:.0f}"


def points(difference: Difference) -> str:
    """Write a difference with its interval, in points."""
    low, high = difference.ci95
    return f"{signed(difference.difference)} [{signed(low)}, {signed(high)}]"


def budget_name(budget: int | None) -> str:
    """Write a budget in words."""
    return UNLIMITED if budget is None else f"{budget} tokens"


def _environment() -> Any:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise MissingExtra(
            "the benchmark's report needs jinja2: pip install 'langgraph-skillmem[bench]'"
        ) from error
    environment = Environment(
        loader=PackageLoader("skillmem.evals", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, points=points)
    return environment


def _section(results: Results, budget: int | None) -> Section:
    arms = _members(results, budget)
    return Section(
        budget=budget_name(budget),
        arms=arms,
        labels=tuple(sorted({label for result in arms for label in result.by_label})),
        success=success_chart(arms),
        forests=tuple(
            (reference, forest_chart(_against(arms, reference)))
            for reference in REFERENCES
            if _against(arms, reference)
        ),
        own=_own_forest(arms),
        gaps=gaps(arms),
    )


def _members(results: Results, budget: int | None) -> tuple[ArmResult, ...]:
    return tuple(result for result in results.arms if result.budget == budget)


def _own_forest(arms: Sequence[ArmResult]) -> str:
    """Draw what our own arm won more than each other; nothing where it has no other."""
    for result in arms:
        if result.arm == WHOLE_MEMORY and result.versus:
            return forest_chart(tuple(result.versus.items()))
    return ""


def _against(arms: Sequence[ArmResult], reference: str) -> list[tuple[str, Difference]]:
    return [(result.arm, result.versus[reference]) for result in arms if reference in result.versus]


def _comparison(results: Results) -> tuple[ArmResult, Difference] | None:
    """Give the first budget's own arm against none, if both were played."""
    for result in results.arms:
        if result.arm == WHOLE_MEMORY and "none" in result.versus:
            return result, result.versus["none"]
    return None


def _shown_items(folder: RunFolder, played: Sequence[Played]) -> tuple[ShownItem, ...]:
    """Take the first build's items, those that its prompts held most often."""
    build_folder = folder.build_folder(0)
    own = [entry for entry in played if entry.build == 0 and entry.arm == WHOLE_MEMORY]
    shown = Counter(item_id for entry in own for item_id in entry.items)
    won = Counter(item_id for entry in own if entry.success for item_id in entry.items)
    games = read_games(build_folder)
    with closing(SqlStore.open(build_folder / "memory")) as store:
        items = sorted(store.items(NAMESPACE), key=lambda item: -shown[item.id])
    demonstrations = [item for item in items if isinstance(item, Demonstration)]
    lessons = [item for item in items if isinstance(item, Lesson)]
    chosen: tuple[Demonstration | Lesson, ...] = (
        *demonstrations[:SHOWN_OF_A_KIND],
        *lessons[:SHOWN_OF_A_KIND],
    )
    return tuple(
        ShownItem(
            kind=item.kind,
            id=item.id,
            text=render_item(item, Config().rendering)[0],
            trust=item.trust,
            verified=item.verified if isinstance(item, Demonstration) else "",
            games=tuple(games[name].task_id for name in item.episode_ids),
            shown=shown[item.id],
            won=won[item.id],
        )
        for item in chosen
    )
