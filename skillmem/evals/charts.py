"""The report's figures, as SVG that takes its ink from the page around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from itertools import groupby
from typing import TYPE_CHECKING, Any

from skillmem.evals.results import ArmResult, Difference
from skillmem.extras import missing_extra

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.ticker import Formatter

INK = "#7a7b7c"
"""Stands for the page's own colour of text until the figure is written."""
FAINT = "#9aa0a6"
OURS = "#d9480f"
SQUARE = "#1c7ed6"
LANES = "#2f9e44"
CONTROLS = "#868e96"
COLOURS = {
    "asymmetric": OURS,
    "raw": SQUARE,
    "abstract": SQUARE,
    "reversed": SQUARE,
    "demonstrations": LANES,
    "lessons": LANES,
}
WIDTH = 8.0
ROW = 0.34
LEFT, RIGHT, TOP, BOTTOM = 1.25, 0.35, 0.1, 0.6
"""Margins, in inches as all lengths here."""
TOKENS_HEIGHT = 4.6
NAMES = 1.35
"""The margin at the right where names stand."""
LABEL_GAP = 0.055


def signed(share: float) -> str:
    """Write a share as whole points with its sign; zero has none."""
    whole = round(100 * share)
    return f"{whole:+d}".replace("-", "−") if whole else "0"


def success_chart(results: Sequence[ArmResult]) -> str:
    """Draw each arm's success with its interval, best first; nothing of one never judged."""
    ordered = sorted(results, key=lambda result: (result.n > 0, result.success_rate))
    with _figure(TOP + BOTTOM + ROW * len(ordered)) as (figure, axes):
        for row, result in enumerate(ordered):
            if not result.n:
                axes.annotate("no episode judged", (0.0, row), va="center", fontsize=9)
                continue
            _interval(axes, row, result.success_rate, result.ci95, colour=_colour(result.arm))
            axes.annotate(
                f"{100 * result.success_rate:.0f} %",
                (result.ci95[1], row),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
        _rows(axes, [result.arm for result in ordered])
        _percent_axis(axes, "episodes won")
        axes.set_xlim(-0.01, 1.08)
        return _svg(figure)


def forest_chart(differences: Sequence[tuple[str, Difference]]) -> str:
    """Draw paired differences with their intervals, best first; those that are known."""
    known = [entry for entry in differences if entry[1].known]
    ordered = sorted(known, key=lambda entry: entry[1].difference)
    with _figure(TOP + BOTTOM + ROW * len(ordered)) as (figure, axes):
        axes.axvline(0.0, color=INK, linewidth=1)
        for row, (arm, found) in enumerate(ordered):
            _interval(axes, row, found.difference, found.ci95, colour=_colour(arm))
            axes.annotate(
                signed(found.difference),
                (found.ci95[1], row),
                xytext=(6, 0),
                textcoords="offset points",
                va="center",
                fontsize=9,
            )
        _rows(axes, [arm for arm, _ in ordered])
        axes.xaxis.set_major_formatter(_formatter(signed))
        axes.set_xlabel("difference in points")
        axes.margins(x=0.12)
        return _svg(figure)


def tokens_chart(results: Sequence[ArmResult]) -> str:
    """Draw success against the tokens of memory in the first prompt; a line per arm."""
    with _figure(TOKENS_HEIGHT, right=NAMES) as (figure, axes):
        ends: list[tuple[float, float, str]] = []
        judged = sorted((it for it in results if it.n), key=lambda it: it.arm)
        for arm, members in groupby(judged, lambda it: it.arm):
            points = sorted((it.memory_tokens_mean, it.success_rate) for it in members)
            axes.plot(
                *zip(*points, strict=True),
                "o-",
                color=_colour(arm),
                markersize=6,
                zorder=_depth(arm),
            )
            ends.append((*points[-1], arm))
        _percent_axis(axes, "episodes won", vertical=True)
        axes.set_xlabel("tokens of memory in an episode's first prompt, mean")
        axes.margins(x=0.04, y=0.1)
        _label_at_the_side(axes, ends)
        return _svg(figure)


def passes_chart(results: Sequence[ArmResult]) -> str:
    """Draw the chance that one of k runs wins against k; nothing where a task is played once."""
    drawn = [result for result in results if len(result.pass_at_k) > 1]
    if not drawn:
        return ""
    with _figure(TOKENS_HEIGHT, right=NAMES) as (figure, axes):
        for result in drawn:
            axes.plot(
                *zip(*sorted(result.pass_at_k.items()), strict=True),
                "o-",
                color=_colour(result.arm),
                markersize=4,
                zorder=_depth(result.arm),
            )
        most = max(max(result.pass_at_k) for result in drawn)
        axes.set_xticks(range(1, most + 1))
        _percent_axis(axes, "tasks won by one of k runs", vertical=True)
        axes.set_xlabel("k")
        axes.margins(x=0.04, y=0.1)
        ends = [(max(it.pass_at_k), it.pass_at_k[max(it.pass_at_k)], it.arm) for it in drawn]
        _label_at_the_side(axes, ends)
        return _svg(figure)


def _label_at_the_side(axes: Axes, ends: Sequence[tuple[float, float, str]]) -> None:
    """Write names in a column at the right, far enough apart, each led to its point."""
    right = axes.get_xlim()[1]
    ordered = sorted(ends, key=lambda end: (end[1], end[2]))
    heights = spread([end[1] for end in ordered], *axes.get_ylim())
    for (tokens, success, arm), height in zip(ordered, heights, strict=True):
        axes.annotate(
            arm,
            (tokens, success),
            xytext=(right * 1.04, height),
            va="center",
            fontsize=9,
            color=_colour(arm),
            annotation_clip=False,
            arrowprops={"arrowstyle": "-", "color": _colour(arm), "alpha": 0.45, "linewidth": 0.8},
        )


def spread(wanted: Sequence[float], bottom: float, top: float) -> list[float]:
    """Give rising heights near the wanted ones, far enough apart and below the top."""
    gap = LABEL_GAP * (top - bottom)
    heights: list[float] = []
    for height in wanted:
        heights.append(max(height, heights[-1] + gap) if heights else height)
    ceiling = top
    for place in reversed(range(len(heights))):
        heights[place] = min(heights[place], ceiling)
        ceiling = heights[place] - gap
    return heights


def _interval(
    axes: Axes, row: int, middle: float, bounds: tuple[float, float], *, colour: str
) -> None:
    axes.plot(bounds, (row, row), color=colour, linewidth=3, alpha=0.45, solid_capstyle="round")
    axes.plot([middle], [row], "o", color=colour, markersize=7)


def _rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(-0.7, len(names) - 0.3)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="x", color=FAINT, alpha=0.35, linewidth=0.6)


def _percent_axis(axes: Axes, name: str, *, vertical: bool = False) -> None:
    axis = axes.yaxis if vertical else axes.xaxis
    axis.set_major_formatter(_formatter(lambda share: f"{100 * share:.0f}"))
    axis.set_label_text(f"{name}, %")
    if vertical:
        axes.grid(visible=True, color=FAINT, alpha=0.35, linewidth=0.6)


def _formatter(write: Callable[[float], str]) -> Formatter:
    from matplotlib.ticker import FuncFormatter

    return FuncFormatter(lambda value, _: write(value))


def _colour(arm: str) -> str:
    return COLOURS.get(arm, CONTROLS)


def _depth(arm: str) -> float:
    """Lay our own arm over lines that run along it."""
    return 3.0 if _colour(arm) == OURS else 2.0


@contextmanager
def _figure(height: float, *, right: float = RIGHT) -> Iterator[tuple[Figure, Axes]]:
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise missing_extra("the benchmark's report needs matplotlib", "bench") from error
    style: Any = {
        "svg.fonttype": "none",
        "svg.hashsalt": "skillmem",
        "font.family": "sans-serif",
        "font.size": 10,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": FAINT,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
    }
    with rc_context(style):
        figure = Figure(figsize=(WIDTH, height))
        yield figure, figure.add_axes(_inside(height, right))


def _inside(height: float, right: float) -> tuple[float, float, float, float]:
    """Give the axes' place: left, bottom, width and height as shares of the figure's."""
    return (
        LEFT / WIDTH,
        BOTTOM / height,
        (WIDTH - LEFT - right) / WIDTH,
        (height - BOTTOM - TOP) / height,
    )


def _svg(figure: Figure) -> str:
    """Write a figure without date, prologue or fixed size; its ink is the page's."""
    buffer = StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :].replace(INK, "currentColor")
