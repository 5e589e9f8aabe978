"""`report.html`: the figures and what is behind them, in one file that needs no network."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from typing import Any, NamedTuple

from skillmem.config import Config
from skillmem.dump import replace_file
from skillmem.evals.charts import forest_chart, passes_chart, success_chart, tokens_chart
from skillmem.evals.collection import NAMESPACE, read_games
from skillmem.evals.folder import RunFolder
from skillmem.evals.harm import harms
from skillmem.evals.results import ArmResult, Difference, Played, Results
from skillmem.evals.wording import (
    MEANINGS,
    NONE,
    OURS,
    REFERENCES,
    attempts,
    best_arm,
    budget_name,
    gaps,
    percent,
    points,
    progress,
    scope,
    telling,
    training,
    unjudged,
    won,
    won_interval,
)
from skillmem.extras import missing_extra
from skillmem.rendering import render_item
from skillmem.stores import SqlStore
from skillmem.types import Demonstration, Lesson

SHOWN_OF_A_KIND = 4


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
    difficulties: tuple[str, ...]
    positions: tuple[str, ...]
    success: str
    passes: str
    forests: tuple[tuple[str, str], ...]
    own: str
    remarks: tuple[str, ...]
    telling: tuple[str, ...]


def write_report(folder: RunFolder, results: Results, played: Sequence[Played]) -> None:
    """Write the report of a run whose builds are still in its folder."""
    template = _environment().get_template("report.html.jinja")
    sections = [_section(results, budget) for budget in results.run.plan.budgets]
    text = template.render(
        run=results.run,
        sections=sections,
        tokens=tokens_chart(results.arms),
        meanings=MEANINGS,
        items=_shown_items(folder, played) if results.run.mode == "offline" else (),
        harms=harms(played, arm=OURS, reference=NONE),
        training=training(results.run),
        progress=progress(results.run),
        scope=_scope(results, played),
        against_none=_comparison(results),
        best=best_arm(_members(results, results.run.plan.budgets[0])),
    )
    replace_file(folder.report_file, [text])


def _environment() -> Any:
    try:
        from jinja2 import Environment, PackageLoader, StrictUndefined
    except ImportError as error:
        raise missing_extra("the benchmark's report needs jinja2", "bench") from error
    environment = Environment(
        loader=PackageLoader("skillmem.evals", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(percent=percent, points=points, won=won, won_interval=won_interval)
    return environment


def _scope(results: Results, played: Sequence[Played]) -> str:
    """Say what was played and, of a run that was cut off, how many tasks and builds are in it."""
    said = scope(results.run, results.arms)
    if results.complete:
        return said
    tasks, builds = {it.task for it in played}, {it.build for it in played}
    ways = "orders" if results.run.mode == "online" else "builds"
    return f"{said} (in {len(tasks)} different tasks and {len(builds)} {ways})"


def _section(results: Results, budget: int | None) -> Section:
    arms = _members(results, budget)
    return Section(
        budget=budget_name(budget),
        arms=arms,
        labels=tuple(sorted({label for result in arms for label in result.by_label})),
        difficulties=tuple(dict.fromkeys(name for it in arms for name in it.by_difficulty)),
        positions=tuple(sorted({name for it in arms for name in it.by_position})),
        success=success_chart(arms),
        passes=passes_chart(arms),
        forests=tuple(
            (reference, forest_chart(_against(arms, reference)))
            for reference in REFERENCES
            if any(found.known for _, found in _against(arms, reference))
        ),
        own=_own_forest(arms),
        remarks=(*attempts(arms, results.run.plan.tries), *gaps(arms), *unjudged(arms)),
        telling=telling(arms),
    )


def _members(results: Results, budget: int | None) -> tuple[ArmResult, ...]:
    return tuple(result for result in results.arms if result.budget == budget)


def _own_forest(arms: Sequence[ArmResult]) -> str:
    """Draw what our own arm won more than each other; nothing where it has no other."""
    for result in arms:
        if result.arm == OURS and any(found.known for found in result.versus.values()):
            return forest_chart(tuple(result.versus.items()))
    return ""


def _against(arms: Sequence[ArmResult], reference: str) -> list[tuple[str, Difference]]:
    return [(result.arm, result.versus[reference]) for result in arms if reference in result.versus]


def _comparison(results: Results) -> tuple[ArmResult, Difference] | None:
    """Give the first budget's own arm against none, if both were played."""
    for result in results.arms:
        if result.arm == OURS and NONE in result.versus and result.versus[NONE].known:
            return result, result.versus[NONE]
    return None


def _shown_items(folder: RunFolder, played: Sequence[Played]) -> tuple[ShownItem, ...]:
    """Take the first build's items, those that its prompts held most often."""
    build_folder = folder.build_folder(0)
    own = [entry for entry in played if entry.build == 0 and entry.arm == OURS]
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
