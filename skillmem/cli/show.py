"""`skillmem show`: a memory at a glance, or one item or episode in full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from skillmem.cli.answer import SHORT_ID, say_json, say_table
from skillmem.cli.costs import costs as summed
from skillmem.cli.costs import spent_on, tell_costs, tell_spent
from skillmem.cli.opening import known_store
from skillmem.cli.options import json_option, memory_option, namespace_option
from skillmem.errors import InvalidOption
from skillmem.protocols import RecordStore
from skillmem.types import Lesson, Logged, MemoryItem, Namespace, format_namespace

if TYPE_CHECKING:
    from skillmem.dump import ItemSummary, Overview

ID_CHARACTERS = 400


@click.command(name="show")
@click.argument("name", metavar="[ID]", default="")
@memory_option
@namespace_option
@click.option("--costs", is_flag=True, help="Tell what was spent on models, by batch and by day.")
@json_option
def command(name: str, location: str, namespace: Namespace, *, costs: bool, as_json: bool) -> None:
    """Show a memory at a glance, or in full the item or episode of that ID; or what it cost.

    The beginning of an id is enough when nothing else begins so.
    """
    with known_store(location, namespace) as store:
        if costs:
            about = _episodes(find(store, namespace, name)) if name else None
            tell_costs(summed(store, namespace, about=about), as_json=as_json)
            return
        if not name:
            _tell_overview(store, namespace, as_json=as_json)
            return
        found = find(store, namespace, name)
        spent = spent_on(_episodes(found), store.expenses(namespace))
    if as_json:
        say_json(found)
    elif isinstance(found, Logged):
        _tell_episode(found)
    else:
        _tell_item(found)
    if spent and not as_json:
        tell_spent(spent)


def _episodes(found: MemoryItem | Logged) -> tuple[str, ...]:
    return (found.episode.id,) if isinstance(found, Logged) else found.episode_ids


def find(store: RecordStore, namespace: Namespace, name: str) -> MemoryItem | Logged:
    """Find the one item or episode whose id is `name`, or alone begins with it.

    Raises:
        InvalidOption: there is none, or more than one.
    """
    from skillmem.rendering import one_line

    found: dict[str, MemoryItem | Logged] = {}
    for item in store.items(namespace, include_retired=True):
        if item.id.startswith(name):
            found[item.id] = item
    for logged in store.episodes(namespace):
        if logged.episode.id.startswith(name):
            found[logged.episode.id] = logged
    if name in found:
        return found[name]
    if len(found) != 1:
        first = sorted(found)[:5]
        names = ", ".join(one_line(known, ID_CHARACTERS) for known in first) or "none"
        raise InvalidOption(
            f"{name!r} should begin the id of one item or episode of "
            f"{format_namespace(namespace)!r}; those that begin so: {names}. "
            "`skillmem show` lists the items, `skillmem dump` everything"
        )
    return next(iter(found.values()))


def _tell_overview(store: RecordStore, namespace: Namespace, *, as_json: bool) -> None:
    from skillmem.dump import contents

    held = contents(store, namespace)
    if as_json:
        say_json(held)
        return
    say_table(
        ("what", "count"),
        _figures(held),
        title=f"{format_namespace(namespace)}, version {held.version}",
    )
    if held.shown:
        _tell_items(held.shown)


def _figures(counts: Overview) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        ("episodes", counts.episodes),
        ("judged", counts.judged),
        ("consolidated", counts.consolidated),
        ("waiting", counts.waiting),
        ("running", counts.running),
        *((f"skipped: {reason}", number) for reason, number in counts.reasons.items()),
    ]
    for kind, number in counts.items.items():
        rows.append((f"{kind}s", number.shown))
        if number.retired:
            rows.append((f"{kind}s retired", number.retired))
    return rows


def _tell_items(items: Iterable[ItemSummary]) -> None:
    say_table(
        ("id", "kind", "goal", "episodes", "trust"),
        (
            (item.id[:SHORT_ID], item.kind, item.goal, item.episodes, f"{item.trust:.2f}")
            for item in items
        ),
        title="What it shows (`skillmem show ID` shows one in full)",
    )


def _tell_item(item: MemoryItem) -> None:
    from skillmem.config import RenderingConfig
    from skillmem.dump import evidence, item_text
    from skillmem.rendering import one_line

    names = ", ".join(one_line(name, ID_CHARACTERS) for name in item.episode_ids)
    retired = "" if item.retired_in is None else f", retired in version {item.retired_in}"
    name = one_line(item.id, ID_CHARACTERS)
    click.echo(f"{item.kind} {name}, made in version {item.version}{retired}")
    click.echo(f"trust {item.trust:.2f}, from {names}")
    if isinstance(item, Lesson):
        click.echo(evidence(item))
        if item.written_by:
            click.echo(f"written by {one_line(item.written_by, ID_CHARACTERS)}")
    click.echo("\n" + item_text(item, RenderingConfig()))


def _tell_episode(logged: Logged) -> None:
    from skillmem.config import RenderingConfig
    from skillmem.rendering import goal_line, one_line, render_run

    config = RenderingConfig()
    episode = logged.episode
    state = logged.state if logged.closed else "running"
    reason = f" ({one_line(logged.reason, config.observation_characters)})" * bool(logged.reason)
    name = one_line(episode.id, ID_CHARACTERS)
    click.echo(f"episode {name}, ended by {episode.ended_by}, {state}{reason}")
    for outcome in logged.outcomes:
        verdict = "success" if outcome.success else "failure"
        who = " ".join(filter(None, (outcome.verifier_kind, outcome.verifier)))
        click.echo(f"{verdict}, says {one_line(who, config.observation_characters)}")
    click.echo("\n" + render_run(goal_line(episode.task.goal, config), episode.steps, config))
