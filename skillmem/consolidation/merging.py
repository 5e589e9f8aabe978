"""Findings and what is known become one memory: what to add, and what to retire."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from skillmem.config import ConsolidationConfig
from skillmem.consolidation.findings import Findings, State
from skillmem.consolidation.selection import first_episode, keep_few
from skillmem.consolidation.wording import REPETITIVE
from skillmem.structure import signature
from skillmem.types import Demonstration, Lesson, MemoryItem, Namespace, Preference

ID_DIGITS = 32
LABEL: dict[str, Any] = {"task": {"label"}}
PLACE: dict[str, Any] = {"id": True, "namespace": True, "version": True, "retired_in": True}

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
    guards: Sequence[Lesson] = (),
    namespace: Namespace,
    version: int,
    config: ConsolidationConfig | None = None,
) -> Merged:
    """Unite what says the same, withdraw what was overturned, and place the rest.

    Lessons of the same mistake and the same operations become one that rests on all their
    episodes, in the words that most of them have (`config.unite`; else those of the very same
    words). Of the demonstrations of one structure a few are kept (`keep_few`). An item that rests
    on an episode which the batch considered goes on without it, unless that teaches the same
    again, and is retired when none is left; likewise a lesson without the successes it was taken
    from, and a demonstration without the episode whose steps it shows. Nothing is changed in place:
    an item whose episodes change is retired and made anew. The lessons with a guard become
    `guards`, as far as there are then no more lessons than failures. A task's label plays no part.
    Pure and deterministic.
    """
    live = [item for item in known if item.retired_in is None and not isinstance(item, Preference)]
    settings = config or ConsolidationConfig()
    withdrawal = _Withdrawal(findings)
    plain = [item for item in live if not _is_guard(item)]
    left = [it for it in map(withdrawal, plain) if it is not None]
    successes = [*_demonstrations(left), *_renewed(findings, plain, withdrawal)]
    kept = keep_few(successes, settings)
    key = _key if settings.unite else _told
    lessons = _united((*left, *findings.lessons), findings.verdicts, key)
    united: list[Found] = [*kept.items, *lessons, *guards[: _room(lessons, guards)]]
    contents = {content(item) for item in united}
    unchanged = {content(item) for item in live} & contents
    return Merged(
        added=tuple(
            placed(item, namespace, version) for item in united if content(item) not in unchanged
        ),
        retired=tuple(item.id for item in live if content(item) not in unchanged),
        states={
            name: ("done", f"merged into the demonstration of episode {heir}")
            for name, heir in kept.merged.items()
            if name in findings.states
        },
    )


def _is_guard(item: Found) -> bool:
    return isinstance(item, Lesson) and item.guard is not None


def _room(lessons: Sequence[Lesson], guards: Sequence[Lesson]) -> int:
    """Tell how many guards there may be beside the lessons that were distilled."""
    failures = {name for item in (*lessons, *guards) for name in item.episode_ids}
    return len(failures) - len(lessons)


class _Withdrawal:
    """Takes from a known item the episodes that a batch considered: what they teach is found."""

    def __init__(self, findings: Findings) -> None:
        self._verdicts = findings.verdicts
        self._renewed = {name for it in findings.demonstrations for name in it.episode_ids}
        self._considered = {
            name for name, (state, _) in findings.states.items() if state != "pending"
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
        return tuple(name for name in item.episode_ids if not self._withdraws(name, item))

    def _withdraws(self, name: str, item: Found) -> bool:
        if isinstance(item, Demonstration):
            return name in self._renewed or not self._verdicts.get(name, True)
        return name in self._considered


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


def _united(
    items: Iterable[Found], verdicts: Mapping[str, bool], key: Callable[[Lesson], Key]
) -> list[Lesson]:
    """Make one of the lessons that say the same, of those that stand."""
    groups: dict[Key, list[Lesson]] = {}
    lessons = (item for item in items if isinstance(item, Lesson))
    standing = (_on_what_stands(item, verdicts) for item in lessons)
    for item in (it for it in standing if it is not None):
        groups.setdefault(key(item), []).append(item)
    return [_unite(group) for group in groups.values()]


def _on_what_stands(item: Lesson, verdicts: Mapping[str, bool]) -> Lesson | None:
    """Take from a lesson the successes that were none; nothing is left of it without any."""
    if not item.model_ids:
        return item
    left = tuple(name for name in item.model_ids if verdicts.get(name, True))
    return item.model_copy(update={"model_ids": left}) if left else None


def _key(item: Lesson) -> Key:
    cause = item.cause or item.mistake
    return (cause.removesuffix(REPETITIVE).rstrip(), *signature(item.skeleton))


def _told(item: Lesson) -> Key:
    """Give all that a lesson says."""
    return (item.goal, item.situation, item.mistake, item.advice, *item.skeleton)


def _unite(group: Sequence[Lesson]) -> Lesson:
    """Give what is told most often, the first of equals, resting on all that the group does."""
    told = Counter[Key]()
    for item in group:
        told[_told(item)] += len(item.episode_ids)
    best = max(group, key=lambda it: told[_told(it)])
    against = {name for it in group for name in it.counterexample_ids}
    models = {name for it in group for name in it.model_ids} - against
    names = (name for it in (best, *group) for name in it.episode_ids)
    return best.model_copy(
        update={
            "episode_ids": tuple(dict.fromkeys(names)),
            "trust": max(item.trust for item in group),
            "model_ids": tuple(sorted(models)),
            "counterexample_ids": tuple(sorted(against)),
        }
    )


def content(item: MemoryItem) -> str:
    """Write down all that an item says, whatever its place and the order of its episodes."""
    update: dict[str, Any] = {"episode_ids": tuple(sorted(item.episode_ids))}
    guard = item.guard if isinstance(item, Lesson) else None
    if guard is not None and guard.reached:
        pairs = sorted(zip(item.episode_ids, guard.reached, strict=True))
        reached = tuple(count for _, count in pairs)
        update["guard"] = guard.model_copy(update={"reached": reached})
    return item.model_copy(update=update).model_dump_json(
        exclude={**PLACE, **(LABEL if item.kind == "demonstration" else {})}
    )


def placed(item: MemoryItem, namespace: Namespace, version: int) -> MemoryItem:
    """Give an item its place in a namespace's history, and the id that follows from both."""
    copy = item.model_copy(update={"id": "", "namespace": namespace, "version": version})
    content = copy.model_dump_json(exclude=LABEL if copy.kind == "demonstration" else None)
    digest = hashlib.sha256(content.encode()).hexdigest()[:ID_DIGITS]
    return copy.model_copy(update={"id": digest})
