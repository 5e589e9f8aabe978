"""How a memory grows, drawn: items, time and size against episodes."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from skillmem.evals.charts import FAINT, INK, LANES, OURS, SQUARE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 8.0, 2.9
AVERAGED = 10
"""Batches over which seconds are averaged for the line; single ones are dots."""


class Grown(Protocol):
    """What stands after a batch."""

    @property
    def episodes(self) -> int:
        """Count the episodes so far."""
        ...

    @property
    def demonstrations(self) -> int:
        """Count the live demonstrations."""
        ...

    @property
    def lessons(self) -> int:
        """Count the live lessons."""
        ...

    @property
    def milliseconds_per_episode(self) -> float:
        """Tell how long the batch took."""
        ...

    @property
    def resident_megabytes(self) -> float:
        """Tell what the process holds."""
        ...


class Line(NamedTuple):
    """A line: its name, its colour, its heights."""

    name: str
    colour: str
    heights: Sequence[float]
    dots: Sequence[float] = ()


def growth_chart(rows: Sequence[Grown]) -> str:
    """Draw items by kind, time per episode and resident memory side by side, as SVG."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    times = [row.milliseconds_per_episode for row in rows]
    panels = {
        "items": [
            Line("demonstrations", LANES, [row.demonstrations for row in rows]),
            Line("lessons", SQUARE, [row.lessons for row in rows]),
        ],
        "milliseconds an episode": [Line("", OURS, _averaged(times), times)],
        "resident memory, MB": [Line("", INK, [row.resident_megabytes for row in rows])],
    }
    episodes = [row.episodes for row in rows]
    with rc_context(_STYLE):
        figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
        for axes, (title, lines) in zip(
            figure.subplots(1, len(panels)), panels.items(), strict=True
        ):
            _panel(axes, title, episodes, lines)
        buffer = StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]


_STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "skillmem",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "axes.titlecolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
}


def _averaged(heights: Sequence[float]) -> list[float]:
    """Average each height with those before it."""
    windows = [heights[max(0, end - AVERAGED) : end] for end in range(1, len(heights) + 1)]
    return [sum(window) / len(window) for window in windows]


def _panel(axes: Axes, title: str, episodes: Sequence[int], lines: Sequence[Line]) -> None:
    ranked = sorted(lines, key=lambda line: line.heights[-1])
    for place, line in enumerate(ranked):
        if line.dots:
            axes.plot(episodes, line.dots, ".", color=line.colour, alpha=0.3, markersize=3)
        axes.plot(episodes, line.heights, color=line.colour, linewidth=1.8)
        if line.name:
            axes.annotate(
                line.name,
                (episodes[-1], line.heights[-1]),
                xytext=(0, 5 if place else -14),
                textcoords="offset points",
                ha="right",
                color=line.colour,
            )
    axes.set_title(title, fontsize=9, loc="left")
    most = max(max(*line.heights, *line.dots) for line in lines)
    axes.set_ylim(0, 1.15 * most)
    axes.set_xlim(0, episodes[-1])
    axes.set_xticks([0, episodes[-1] // 2, episodes[-1]])
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.set_xlabel("episodes")
    axes.grid(visible=True, color=FAINT, alpha=0.35, linewidth=0.6)
    axes.tick_params(length=0)
