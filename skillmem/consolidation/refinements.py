"""Attempts that had the critique of another in view: a critique is kept only if it helped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skillmem.consolidation.comparison import Comparer
from skillmem.notes import REFINES
from skillmem.types import Demonstration, Episode

NO_HELP = "critique: what it led to failed as well"
SAID_BEFORE = "critique: it had been told of this very mistake, and made it again"


def refined(episode: Episode) -> str | None:
    """Name the failed attempt of which an episode had the critique, if it had one."""
    name = episode.metadata.get(REFINES)
    return name if isinstance(name, str) and name else None


def won(episode: Episode) -> bool:
    """Tell whether an episode reached its goal."""
    return episode.outcome is not None and episode.outcome.success


class Attempts:
    """The judged episodes of a batch, and what the critiques of some of them led to."""

    def __init__(self, judged: Iterable[Episode]) -> None:
        self._by_id = {episode.id: episode for episode in judged}
        self._led_to: dict[str, Episode] = {}
        for episode in self._by_id.values():
            name = refined(episode)
            if name is not None and not (name in self._led_to and won(self._led_to[name])):
                self._led_to[name] = episode

    def led_to(self, failure: Episode) -> Episode | None:
        """Give the attempt that a failure's critique led to; of several, one that won."""
        return self._led_to.get(failure.id)

    def repeats(
        self, failure: Episode, successes: Sequence[Demonstration], comparer: Comparer
    ) -> bool:
        """Tell whether a failure made the very mistake whose critique it had."""
        before = self._by_id.get(refined(failure) or "")
        if before is None or won(before):
            return False
        one, other = (comparer.compare(it, successes).cause for it in (before, failure))
        if one is None or other is None:
            return False
        return (one.kind, one.at.form) == (other.kind, other.at.form)
