"""Why episodes were not judged, counted. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from skillmem.evals.results import Played, Reason
from skillmem.rendering import one_line

LONGEST = 200
"""Characters of a reason that are kept; `episodes.jsonl` has all of them."""


def reasons(played: Iterable[Played]) -> tuple[Reason, ...]:
    """Count why episodes were not judged, the most frequent reason first.

    Details that begin with the same name of an error are one reason; where they differ, the most
    frequent is given as an example.
    """
    kinds: dict[str, Counter[str]] = {}
    for entry in played:
        if entry.success is None:
            detail = one_line(entry.detail, LONGEST)
            kinds.setdefault(detail.partition(": ")[0], Counter())[detail] += 1
    found = [_reason(kind, details) for kind, details in kinds.items()]
    return tuple(sorted(found, key=lambda reason: (-reason.count, reason.reason)))


def _reason(kind: str, details: Counter[str]) -> Reason:
    [(frequent, _)] = details.most_common(1)
    if len(details) == 1:
        return Reason(reason=frequent, count=details.total())
    example = frequent.removeprefix(kind).removeprefix(": ")
    return Reason(reason=kind, count=details.total(), example=example)
