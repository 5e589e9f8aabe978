"""Findings and what is known become one memory: what to add, and what to retire."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from skillmem.consolidation.findings import Findings
from skillmem.consolidation.wording import REPETITIVE
from skillmem.structure import signature
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
    findings: Findings,
    *,
    known: Sequence[MemoryItem],
    guards: Sequence[Lesson] = (),
    unite: bool = True,
    namespace: Namespace,
    version: int,
) -> Merged:
    """Unite what says the same, withdraw what was overturned, and place the rest.

    Lessons of the same mistake and the same operations become one that rests on all their
    episodes, in the words that most of them have; so do demonstrations of the same goal and
    skeleton, of which the shortest is shown. An item that rests on an episode which the batch
    considered goes on without it, unless that teaches the same again, and is retired when none
    is left; likewise a lesson without the successes it was taken from. A demonstration is marked
    as a refinement if one of its runs was one, and loses the mark with any of its runs, until that
    is read again. Nothing is changed in place: an item whose episodes change is retired and made
    anew. The lessons with a guard become `guards`, as far as there are then no more lessons than
    failures. Without `unite` only lessons of the very same words are one. A task's label plays no
    part. Pure and deterministic.
    """
    found: tuple[Found, ...] = (*findings.demonstrations, *findings.lessons)
    live = [item for item in known if item.retired_in is None and not isinstance(item, Preference)]
    groups: dict[Key, list[Found]] = {}
    plain = [item for item in live if not _is_guard(item)]
    considered = {name for name, (state, _) in findings.states.items() if state != "pending"}
    left = (_withdrawn(item, considered) for item in plain)
    standing = (
        _on_what_stands(item, findings.verdicts)
        for item in (*(it for it in left if it is not None), *found)
    )
    for item in (it for it in standing if it is not None):
        groups.setdefault(_key(item) if unite else _told(item), []).append(item)
    united = [_unite(group) for group in groups.values()]
    united += guards[: _room(united)]
    contents = {_content(item) for item in united}
    kept = {_content(item) for item in live} & contents
    return Merged(
        added=tuple(
            placed(item, namespace, version) for item in united if _content(item) not in kept
        ),
        retired=tuple(item.id for item in live if _content(item) not in kept),
    )


def _is_guard(item: Found) -> bool:
    return isinstance(item, Lesson) and item.guard is not None


def _room(united: Sequence[Found]) -> int:
    """Tell how many lessons there may be beside those that were distilled."""
    lessons = [item for item in united if isinstance(item, Lesson)]
    return len({name for item in lessons for name in item.episode_ids}) - len(lessons)


def _withdrawn(item: Found, considered: Collection[str]) -> Found | None:
    """Take from a known item the episodes that were considered anew; nothing may be left.

    What they teach now is among the findings.
    """
    left = tuple(name for name in item.episode_ids if name not in considered)
    if left == item.episode_ids:
        return item
    if not left:
        return None
    unmarked = {"refines": None} if isinstance(item, Demonstration) else {}
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
    mistake = item.mistake.removesuffix(REPETITIVE).rstrip()
    return ("lesson", mistake, *signature(item.skeleton))


def _unite(group: Sequence[Found]) -> Found:
    """Give the best of a group, resting on all episodes of the group.

    Of demonstrations what was verified, then what is short; of lessons what is told most often;
    of equals the first.
    """
    told = Counter[Key]()
    for item in group:
        told[_told(item)] += len(item.episode_ids)

    def rank(item: Found) -> tuple[int, int]:
        if isinstance(item, Demonstration):
            return (item.verified != "replayed", len(item.steps))
        return (-told[_told(item)], 0)

    best = min(group, key=rank)
    names = dict.fromkeys(name for item in (best, *group) for name in item.episode_ids)
    update = {"episode_ids": tuple(names), "trust": max(item.trust for item in group)}
    if isinstance(best, Demonstration):
        marks = (it.refines for it in (best, *group) if isinstance(it, Demonstration))
        update["refines"] = next(filter(None, marks), None)
    else:
        lessons = [it for it in group if isinstance(it, Lesson)]
        against = {name for it in lessons for name in it.counterexample_ids}
        models = {name for it in lessons for name in it.model_ids} - against
        update |= {
            "model_ids": tuple(sorted(models)),
            "counterexample_ids": tuple(sorted(against)),
        }
    return best.model_copy(update=update)


def _told(item: Found) -> Key:
    """Give all that a lesson says."""
    if isinstance(item, Demonstration):
        return _key(item)
    return ("lesson", item.goal, item.situation, item.mistake, item.advice, *item.skeleton)


def _content(item: Found) -> str:
    """Write down all that an item says, whatever its place and the order of its episodes."""
    sorted_ids = item.model_copy(update={"episode_ids": tuple(sorted(item.episode_ids))})
    return sorted_ids.model_dump_json(
        exclude={"id": True, "namespace": True, "version": True, "retired_in": True, **LABEL}
    )


def placed(item: MemoryItem, namespace: Namespace, version: int) -> MemoryItem:
    """Give an item its place in a namespace's history, and the id that follows from both."""
    copy = item.model_copy(update={"id": "", "namespace": namespace, "version": version})
    content = copy.model_dump_json(exclude=LABEL if copy.kind == "demonstration" else None)
    digest = hashlib.sha256(content.encode()).hexdigest()[:ID_DIGITS]
    return copy.model_copy(update={"id": digest})
