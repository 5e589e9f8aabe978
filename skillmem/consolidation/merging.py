"""Findings and what is known become one memory: what to add, and what to retire."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from skillmem.config import ConsolidationConfig
from skillmem.consolidation.findings import Findings, State
from skillmem.consolidation.selection import first_episode, keep_few
from skillmem.types import Demonstration, Lesson, MemoryItem, Namespace, Preference

ID_DIGITS = 32
LABEL: dict[str, Any] = {"task": {"label"}}

Key = tuple[str, ...]
Found = Demonstration | Lesson


class Merged(NamedTuple):
    """The items that a version adds, and the ids of those that it retires.

    `states` are those of the new successes whose steps are not shown, and tell where they went.
    """

    added: tuple[MemoryItem, ...]
    retired: tuple[str, ...]
    states: Mapping[str, State] = {}


def merge(
    findings: Findings,
    *,
    known: Sequence[MemoryItem],
    namespace: Namespace,
    version: int,
    config: ConsolidationConfig | None = None,
) -> Merged:
    """Unite what says the same, withdraw what was overturned, and place the rest.

    Lessons with the same texts become one that rests on all their episodes; of the
    demonstrations of one structure a few are kept (`keep_few`). An item that rests on an episode
    whose verdict now differs, or which now teaches something else, goes on without that episode,
    and is retired when none is left; likewise a lesson without the successes it was taken from,
    and a demonstration without the episode whose steps it shows. Nothing is changed in place: an
    item whose episodes change is retired and made anew. A task's label plays no part. Pure and
    deterministic.
    """
    live = [item for item in known if item.retired_in is None and not isinstance(item, Preference)]
    withdrawal = _Withdrawal(findings)
    left = [it for it in map(withdrawal, live) if it is not None]
    successes = [*_demonstrations(left), *_renewed(findings, live, withdrawal)]
    kept = keep_few(successes, config or ConsolidationConfig())
    united: list[Found] = [*kept.items, *_united((*left, *findings.lessons), findings.verdicts)]
    contents = {_content(item) for item in united}
    unchanged = {_content(item) for item in live} & contents
    return Merged(
        added=tuple(
            _place(item, namespace, version) for item in united if _content(item) not in unchanged
        ),
        retired=tuple(item.id for item in live if _content(item) not in unchanged),
        states={
            name: ("done", f"merged into the demonstration of episode {heir}")
            for name, heir in kept.merged.items()
            if name in findings.states
        },
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
        """Give the item without them; nothing when none is left, or not the one that it shows."""
        left = self.standing(item)
        if left == item.episode_ids:
            return item
        gone = not left or (isinstance(item, Demonstration) and left[0] != first_episode(item))
        return None if gone else item.model_copy(update={"episode_ids": left})

    def standing(self, item: Found) -> tuple[str, ...]:
        """Name the episodes that still speak for an item."""
        success = isinstance(item, Demonstration)
        return tuple(
            episode_id
            for episode_id in item.episode_ids
            if self._verdicts.get(episode_id, success) == success
            and (item.kind, episode_id) not in self._renewed
        )


def _demonstrations(items: Iterable[Found]) -> list[Demonstration]:
    return [item for item in items if isinstance(item, Demonstration)]


def _renewed(
    findings: Findings, live: Sequence[Found], withdrawal: _Withdrawal
) -> list[Demonstration]:
    """Give the new demonstrations; of an episode that was read again, resting on all it did."""
    before = {first_episode(item): item for item in _demonstrations(live)}
    found = []
    for item in findings.demonstrations:
        older = before.get(first_episode(item))
        inherited = withdrawal.standing(older) if older else ()
        update = {"episode_ids": (*item.episode_ids, *inherited)}
        found.append(item.model_copy(update=update) if inherited else item)
    return found


def _united(items: Iterable[Found], verdicts: Mapping[str, bool]) -> list[Lesson]:
    """Make one of the lessons that say the same, of those that stand."""
    groups: dict[Key, list[Lesson]] = {}
    lessons = (item for item in items if isinstance(item, Lesson))
    standing = (_on_what_stands(item, verdicts) for item in lessons)
    for item in (it for it in standing if it is not None):
        groups.setdefault(_key(item), []).append(item)
    return [_unite(group) for group in groups.values()]


def _on_what_stands(item: Lesson, verdicts: Mapping[str, bool]) -> Lesson | None:
    """Take from a lesson the successes that were none; nothing is left of it without any."""
    if not item.model_ids:
        return item
    left = tuple(name for name in item.model_ids if verdicts.get(name, True))
    return item.model_copy(update={"model_ids": left}) if left else None


def _key(item: Lesson) -> Key:
    return (item.goal, item.situation, item.mistake, item.advice, *item.skeleton)


def _unite(group: Sequence[Lesson]) -> Lesson:
    """Give the first of a group, resting on all episodes and successes of the group."""
    return group[0].model_copy(
        update={
            "episode_ids": tuple(dict.fromkeys(name for it in group for name in it.episode_ids)),
            "trust": max(item.trust for item in group),
            "model_ids": tuple(sorted({name for it in group for name in it.model_ids})),
        }
    )


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
