"""How hard a task is: by the length of a plan that is known to win it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from skillmem.protocols import ExpertSuite, Suite

logger = logging.getLogger("skillmem")

CLASSES = 3


def difficulties(suite: Suite, tasks: Sequence[str]) -> Mapping[str, str]:
    """Put tasks into at most three classes of plan length, about equally many in each.

    Nothing where the suite knows no plans; a task whose plan can't be had is of no class.
    """
    if not isinstance(suite, ExpertSuite):
        return {}
    lengths = {task_id: _length(suite, task_id) for task_id in tasks}
    return classes({task_id: length for task_id, length in lengths.items() if length})


def _length(suite: ExpertSuite, task_id: str) -> int:
    """Tell the length of a task's plan; 0 when the expert has none."""
    try:
        return len(suite.expert(task_id))
    except Exception as error:  # noqa: BLE001 - whatever it is, all else was played already
        logger.warning("no difficulty for task %r: %s", task_id, error)
        return 0


def classes(lengths: Mapping[str, int]) -> Mapping[str, str]:
    """Name each task's class, by the plans in it; equal lengths are never parted."""
    ordered = sorted(lengths.values())
    if not ordered:
        return {}
    bounds = sorted({ordered[(len(ordered) - 1) * (n + 1) // CLASSES] for n in range(CLASSES)})
    names: dict[int, str] = {}
    low = ordered[0]
    for bound in bounds:
        names[bound] = _name(low, bound)
        low = next((length for length in ordered if length > bound), bound)
    return {
        task_id: next(names[bound] for bound in bounds if length <= bound)
        for task_id, length in lengths.items()
    }


def _name(low: int, high: int) -> str:
    return f"{high} actions" if low == high else f"{low}–{high} actions"
