"""Going back to an earlier version: what it showed is shown again, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from skillmem.consolidation import content, placed, verdict
from skillmem.errors import InvalidOption
from skillmem.protocols import PreparedBatch, RecordStore
from skillmem.types import Change, Demonstration, MemoryItem, new_id
from skillmem.view import View


def roll_back(store: RecordStore, view: View, version: int, *, at: datetime, reason: str) -> Change:
    """Make a version that shows what an earlier one showed, overturned successes apart.

    Raises:
        InvalidOption: there was no such version.
    """
    while True:
        base = store.version(view.namespace)
        if not 0 <= version <= base:
            raise InvalidOption(
                f"there is no version {version}; pass one from 0 to {base}, the newest"
            )
        change = store.commit(
            view.namespace,
            _prepared(store, view, version, base, at=at, reason=reason),
        )
        if change is not None:
            return change


def shown_in(items: Iterable[MemoryItem], version: int) -> tuple[MemoryItem, ...]:
    """Pick the items that a version showed, as they were then."""
    return tuple(
        item.model_copy(update={"retired_in": None})
        for item in items
        if item.version <= version and (item.retired_in is None or item.retired_in > version)
    )


def _prepared(
    store: RecordStore, view: View, version: int, base: int, *, at: datetime, reason: str
) -> PreparedBatch:
    """Prepare what brings back the items of `version`, and the words by which they were read.

    What shows the steps of a success that turned out to be none stays away.
    """
    items = tuple(store.items(view.namespace, include_retired=True))
    now = {content(item): item.id for item in shown_in(items, base)}
    then = {
        content(item): item
        for item in shown_in(items, version)
        if content(item) in now or _stands(item, store, view)
    }
    added = tuple(
        placed(item, view.namespace, base + 1) for said, item in then.items() if said not in now
    )
    return PreparedBatch(
        batch_id="",
        holder=new_id(),
        base_version=base,
        added=added,
        retired=tuple(name for said, name in now.items() if said not in then),
        vectors=view.embed(added),
        lexicon=store.lexicon(view.namespace, version=version),
        states={},
        made_at=at,
        reason=reason or f"back to version {version}",
        kind="rollback",
    )


def _stands(item: MemoryItem, store: RecordStore, view: View) -> bool:
    """Tell whether the verdict on the success that a demonstration shows still says so."""
    if not isinstance(item, Demonstration):
        return True
    logged = store.episode(view.namespace, item.episode_ids[0])
    outcome = verdict(logged, view.tools.config.consolidation)
    return outcome is not None and outcome.success
