"""Markdown: the memory to read, items as an agent reads them, with where they came from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from skillmem.config import RenderingConfig
from skillmem.dump.escaping import code, fenced, inline, table
from skillmem.dump.files import write_whole
from skillmem.dump.overview import Overview, count
from skillmem.dump.reading import evidence, headline, item_text
from skillmem.protocols import RecordStore
from skillmem.rendering import one_line
from skillmem.types import Change, Kind, Logged, MemoryItem, Namespace, format_namespace

_HEADINGS: dict[Kind, str] = {
    "demonstration": "Demonstrations",
    "lesson": "Lessons",
    "preference": "Preferences",
}
_LIMIT = 400
_SHOWN_IDS = 12


def dump_markdown(store: RecordStore, namespace: Namespace | None, path: Path) -> None:
    """Write `namespace`, or every namespace, to `path` for reading: whole, or not at all.

    Raises:
        InvalidOption: nothing can be written there.
    """
    write_whole(path, markdown(store, namespace))


def markdown(
    store: RecordStore, namespace: Namespace | None, *, config: RenderingConfig | None = None
) -> Iterator[str]:
    """Write `namespace`, or every namespace, as Markdown, piece by piece.

    An overview, every item as an agent reads it with the episodes it came from, what was
    skipped and why, and the history. No recorded text can act as Markdown or HTML.
    """
    for labels in store.namespaces() if namespace is None else (namespace,):
        yield from _namespace(store, labels, config or RenderingConfig())


def _namespace(store: RecordStore, namespace: Namespace, config: RenderingConfig) -> Iterator[str]:
    items = tuple(store.items(namespace, include_retired=True))
    counts = count(namespace, store.version(namespace), logs=store.episodes(namespace), items=items)
    yield f"# Memory of {inline(format_namespace(namespace))}\n\n"
    yield _figures(counts)
    for kind in counts.items:
        yield f"\n## {_HEADINGS[kind]}\n"
        for number, item in enumerate((item for item in items if item.kind == kind), start=1):
            yield _item(number, item, config)
    yield from _skips(store.episodes(namespace))
    yield from _history(tuple(store.changes(namespace)))


def _figures(counts: Overview) -> str:
    rows = [
        ("version", str(counts.version)),
        ("episodes", f"{counts.episodes}, {counts.judged} of them judged"),
        ("consolidated", str(counts.consolidated)),
        ("skipped", str(counts.skipped)),
        ("waiting for consolidation", str(counts.waiting)),
        ("still running", str(counts.running)),
    ]
    for kind, number in counts.items.items():
        rows.append((_HEADINGS[kind].lower(), f"{number.shown}, and {number.retired} retired"))
    return table(("what", "how many"), rows)


def _item(number: int, item: MemoryItem, config: RenderingConfig) -> str:
    facts = [
        f"item {code(item.id)}",
        f"made in version {item.version}",
        f"trust {item.trust:.2f}",
    ]
    if item.kind == "demonstration":
        facts.append(f"{item.verified}, {len(item.steps)} steps")
        facts += [f"refines {code(one_line(item.refines, _LIMIT))}"] if item.refines else []
    if item.kind == "lesson":
        facts.append(inline(evidence(item)))
    if item.retired_in is not None:
        facts.append(f"**retired in version {item.retired_in}**")
    return (
        f"\n### {number}. {inline(headline(item, config))}\n\n"
        f"- {', '.join(facts)}\n"
        f"- from {_ids(item.episode_ids)}\n\n"
        f"{fenced(item_text(item, config))}"
    )


def _ids(episode_ids: Sequence[str]) -> str:
    shown = ", ".join(code(one_line(name, _LIMIT)) for name in episode_ids[:_SHOWN_IDS])
    more = len(episode_ids) - _SHOWN_IDS
    word = "episode" if len(episode_ids) == 1 else f"{len(episode_ids)} episodes:"
    return f"{word} {shown}{f' and {more} more' if more > 0 else ''}"


def _skips(logs: Iterator[Logged]) -> Iterator[str]:
    skipped: defaultdict[str, list[str]] = defaultdict(list)
    for logged in logs:
        if logged.state == "skipped":
            skipped[logged.reason].append(logged.episode.id)
    if skipped:
        yield "\n## Skipped episodes\n\n"
        yield table(
            ("reason", "episodes", "which"),
            [
                (inline(one_line(reason, _LIMIT)), str(len(names)), _ids(names))
                for reason, names in sorted(skipped.items(), key=lambda pair: -len(pair[1]))
            ],
        )


def _history(changes: Sequence[Change]) -> Iterator[str]:
    if changes:
        yield "\n## History\n\n"
        yield table(
            ("version", "made", "by", "added", "retired", "reason"),
            [
                (
                    str(change.version),
                    change.made_at.isoformat(timespec="seconds"),
                    change.kind,
                    str(len(change.added)),
                    str(len(change.retired)),
                    inline(one_line(change.reason, _LIMIT)),
                )
                for change in changes
            ],
        )
