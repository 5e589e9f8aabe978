"""Failures that nothing told apart from the successes known, and when to look at them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skillmem.consolidation.findings import Findings, Instruments, distil_by
from skillmem.consolidation.selection import first_episode, keep_few
from skillmem.structure.templates import Reader, reader
from skillmem.types import Demonstration, Logged, MemoryItem


class News:
    """What a batch changes about the demonstrations that failures are held against."""

    def __init__(
        self, findings: Findings, known: Sequence[MemoryItem], *, instruments: Instruments
    ) -> None:
        self._findings = findings
        self._instruments = instruments
        self._before = [it for it in known if isinstance(it, Demonstration) and not it.retired_in]
        self._held = [*self._standing(), *findings.demonstrations]
        self._read = reader(instruments.finder, findings.lexicon)
        kept = keep_few(self._held, instruments.config).items
        self._goals = _goals(kept, self._read)
        self._changed = _goals(_differing(self._before, kept), self._read)

    def __bool__(self) -> bool:
        """Tell whether anything is kept that wasn't, or the other way round."""
        return bool(self._changed)

    def about(self, goal_as_worded: str) -> bool:
        """Tell whether a failure of this goal may now be told apart from successes.

        It is held against those of its own masked goal, or if there are none against any.
        """
        goal = self._read.goal(goal_as_worded).text
        return goal in self._changed or (bool(self._changed) and goal not in self._goals)

    def add(self, waiting: Sequence[Logged]) -> Findings:
        """Add to the findings what these failures teach by now."""
        found, more = self._findings, self._distilled(waiting)
        return found._replace(
            demonstrations=(*found.demonstrations, *more.demonstrations),
            lessons=(*found.lessons, *more.lessons),
            states={**more.states, **found.states},
            verdicts={**more.verdicts, **found.verdicts},
        )

    def _distilled(self, waiting: Sequence[Logged]) -> Findings:
        return distil_by(
            waiting,
            known=self._held,
            lexicon=self._findings.lexicon,
            instruments=self._instruments,
        )

    def _standing(self) -> Iterable[Demonstration]:
        """Give what was known, without what was overturned or is read anew."""
        verdicts = self._findings.verdicts
        renewed = set(map(first_episode, self._findings.demonstrations))
        for item in self._before:
            name = first_episode(item)
            if verdicts.get(name, True) and name not in renewed:
                yield item


def _goals(items: Iterable[Demonstration], read: Reader) -> set[str]:
    return {read.goal(item.task.goal).text for item in items}


def _differing(
    before: Iterable[Demonstration], kept: Iterable[Demonstration]
) -> list[Demonstration]:
    """Give the demonstrations that are shown either before or from now on, but not both."""
    old, new = ({first_episode(it): it for it in items} for items in (before, kept))
    return [(old.get(name) or new[name]) for name in old.keys() ^ new.keys()]
