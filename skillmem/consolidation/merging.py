"""Findings and what is known become one memory: what to add, and what to retire."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from skillmem.consolidation.findings import Findings
from skillmem.types import Demonstration, Lesson, MemoryItem, Namespace, Preference

ID_DIGITS = 32
LABEL: dict[str, Any] = {"task": {"label"}}

Key = tuple[str, ...]
Found = Demonstration | Lesson


class Merged(NamedTuple):
    """The items that a version adds, and the ids of those that it retires."""

    added: tuple[MemoryItem, ...]
    retired: tuple[str, ...]


def merge(
    findings: Findings, *, known: Sequence[MemoryItem], namespace: Namespace, version: int
) -> Merged:
    """Unite what says the same, withdraw what was overturned, and place the rest.

    Lessons with the same texts become one that rests on all their episodes; so do
    demonstrations of the same goal and skeleton, of which the shortest is shown. An item
    that rests on an episode whose verdict now differs, or which now teaches something else,
    goes on without that episode, and is retired when none is left; likewise a lesson without
    the successes it was taken from. A demonstration is marked as a refinement if one of its runs
    was one, and loses the mark with any of its runs, until that is read again. Nothing is changed
    in place: an item whose episodes change is retired and made anew. A task's label plays no
    part. Pure and deterministic.
    """
    found: tuple[Found, ...] = (*findings.demonstrations, *findings.lessons)
    live = [item for item in known if item.retired_in is None and not isinstance(item, Preference)]
    groups: dict[Key, list[Found]] = {}
    left = [it for it in map(_Withdrawal(findings), live) if it is not None]
    standing = (_on_what_stands(item, findings.verdicts) for item in (*left, *found))
    for item in (it for it in standing if it is not None):
        groups.setdefault(_key(item), []).append(item)
    united = [_unite(group) for group in groups.values()]
    contents = {_content(item) for item in united}
    kept = {_content(item) for item in live} & contents
    return Merged(
        added=tuple(
            _place(item, namespace, version) for item in united if _content(item) not in kept
        ),
        retired=tuple(item.id for item in live if _content(item) not in kept),
    )


class _Withdrawal:
    """Takes from a known item the episodes that no longer speak for it."""

    def __init__(self, findings: Findings) -> None:
        self._verdicts = findings.verdicts
        self._renewed = {
            (items[0].kind, episode_id)
            for items in (findings.demonstrations, findings.lessons)
            for item in items
            for episode_id in item.episode_ids
        }

    def __call__(self, item: Found) -> Found | None:
        """Give the item without them, or nothing when none is left."""
        success = isinstance(item, Demonstration)
        left = tuple(
            episode_id
            for episode_id in item.episode_ids
            if self._verdicts.get(episode_id, success) == success
            and (item.kind, episode_id) not in self._renewed
        )
        if left == item.episode_ids:
            return item
        if not left:
            return None
        unmarked = {"refines": None} if success else {}
        return item.model_copy(update={"episode_ids": left, **unmarked})


def _on_what_stands(item: Found, verdicts: Mapping[str, bool]) -> Found | None:
    """Take from a lesson the successes that were none; nothing is left of it without any."""
    if isinstance(item, Demonstration) or not item.model_ids:
        return item
    left = tuple(name for name in item.model_ids if verdicts.get(name, True))
    return item.model_copy(update={"model_ids": left}) if left else None


def _key(item: Found) -> Key:
    if isinstance(item, Demonstration):
        return ("demonstration", item.task.goal, *item.skeleton)
    return ("lesson", item.goal, item.situation, item.mistake, item.advice, *item.skeleton)


def _unite(group: Sequence[Found]) -> Found:
    """Give the best of a group, resting on all episodes of the group."""
    best = min(group, key=_rank)
    names = dict.fromkeys(name for item in (best, *group) for name in item.episode_ids)
    update = {"episode_ids": tuple(names), "trust": max(item.trust for item in group)}
    if isinstance(best, Demonstration):
        marks = (it.refines for it in (best, *group) if isinstance(it, Demonstration))
        update["refines"] = next(filter(None, marks), None)
    else:
        models = [it.model_ids for it in group if isinstance(it, Lesson)]
        update["model_ids"] = tuple(sorted({name for them in models for name in them}))
    return best.model_copy(update=update)


def _rank(item: Found) -> tuple[bool, int]:
    """Prefer what was verified, then what is short; of equals the first counts."""
    if isinstance(item, Demonstration):
        return (item.verified != "replayed", len(item.steps))
    return (False, 0)


def _content(item: Found) -> str:
    """Write down all that an item says, whatever its place and the order of its episodes."""
    sorted_ids = item.model_copy(update={"episode_ids": tuple(sorted(item.episode_ids))})
    return sorted_ids.model_dump_json(
        exclude={"id": True, "namespace": True, "version": True, "retired_in": True, **LABEL}
    )


def _place(item: Found, namespace: Namespace, version: int) -> Found:
    placed = item.model_copy(update={"id": "", "namespace": namespace, "version": version})
    content = placed.model_dump_json(exclude=LABEL).encode()
    digest = hashlib.sha256(content).hexdigest()[:ID_DIGITS]
    return placed.model_copy(update={"id": digest})
