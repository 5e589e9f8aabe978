"""What an ablation found: which games were won, and how much each memory held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field

from skillmem.evals.statistics import Interval, difference_interval, rate_interval
from skillmem.types import Record

AS_IT_IS = "as it is"


class Played(Record):
    """The games of one memory and one lane: per build a digit a game, 1 for those won."""

    part: str
    lane: str
    builds: tuple[str, ...]

    @property
    def won(self) -> tuple[float, ...]:
        """Give 1.0 for each game won and 0.0 for each lost, build after build."""
        return tuple(float(digit) for build in self.builds for digit in build)

    @property
    def build_numbers(self) -> tuple[float, ...]:
        """Number each game's build."""
        return tuple(float(at) for at, build in enumerate(self.builds) for _ in build)

    @property
    def task_numbers(self) -> tuple[float, ...]:
        """Number each game's task."""
        return tuple(float(at) for build in self.builds for at in range(len(build)))


class Held(Record):
    """How many items the memories of a part held on average."""

    part: str
    lessons: float = Field(ge=0)
    guards: float = Field(ge=0)


class Ablation(Record):
    """One run of the ablation."""

    command: str
    split: str
    train: int
    games: tuple[Played, ...]
    held: tuple[Held, ...]

    @property
    def lanes(self) -> tuple[str, ...]:
        """Name the lanes, in order."""
        return tuple(dict.fromkeys(it.lane for it in self.games))

    def rate(self, played: Played) -> tuple[float, Interval]:
        """Give the share of games won, and its 95 % interval."""
        won = played.won
        interval = rate_interval(won, builds=played.build_numbers, tasks=played.task_numbers)
        return sum(won) / len(won), interval

    def gap(self, played: Played) -> tuple[float, Interval]:
        """Give by how much more it won than the memory as it is, game by game."""
        plain = self.of(AS_IT_IS, played.lane).won
        gaps = [own - other for own, other in zip(played.won, plain, strict=True)]
        interval = difference_interval(gaps, builds=played.build_numbers, tasks=played.task_numbers)
        return sum(gaps) / len(gaps), interval

    def of(self, part: str, lane: str) -> Played:
        """Find the games of a part in a lane."""
        return next(it for it in self.games if (it.part, it.lane) == (part, lane))

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Give the table's rows: the memory, what it held, and how it did in each lane."""
        for held in self.held:
            told = (self._told(self.of(held.part, lane)) for lane in self.lanes)
            yield (held.part, f"{held.lessons:.1f}", f"{held.guards:.1f}", *told)

    def _told(self, played: Played) -> str:
        """Tell its share, and how it compares; bold where the interval excludes zero."""
        rate, span = self.rate(played)
        told = f"{_percent(rate)} [{_percent(span.low)}, {_percent(span.high)}]"
        if played.part == AS_IT_IS:
            return told
        gap, between = self.gap(played)
        return f"{told}, {100 * gap:+.1f} [{100 * between.low:+.1f}, {100 * between.high:+.1f}]"


def read_ablation(path: Path) -> Ablation:
    """Read what a run wrote.

    Raises:
        ValidationError: it is not of this version's form.
    """
    return Ablation.model_validate_json(path.read_text(encoding="utf-8"))


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"
