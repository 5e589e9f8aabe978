"""The files of the page: what they must hold, and whether they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from benchmarks.ablation.results import read_ablation
from benchmarks.documenting.page import UNTYPED, render
from benchmarks.documenting.plots import drawn, plots_of, stamp
from benchmarks.documenting.runs import Run, read_runs
from benchmarks.documenting.typed import typed_figures

OTHERS = frozenset({"growth.svg"})
"""Plots beside those of the page, which other programs draw (`benchmarks.growth`)."""
REMEDY = "run: make docs-benchmarks"


class Documents:
    """The page, its plots, its templates and the results under one root."""

    def __init__(self, root: Path) -> None:
        self.page = root / "docs" / "benchmarks.md"
        self.plots = root / "docs" / "benchmarks"
        self.templates = root / "docs" / "templates"
        self.results = root / "benchmarks" / "results"
        self.ablations = root / "benchmarks" / "ablation" / "results"

    def write(self) -> tuple[Path, ...]:
        """Write the page and its plots, and remove plots that it shows no more.

        Raises:
            NoSuchFigure: a hand-written text asks for what no run has found.
            UnreadableRun: a file of results can't be read.
        """
        runs = read_runs(self.results)
        written = {self.page: self._page(runs), **self._drawn(runs)}
        for stale in set(self._own_plots()) - set(written):
            stale.unlink()
        for path, text in written.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tuple(written)

    def complaints(self) -> Iterator[str]:
        """Say where the files are not what the results give."""
        runs = read_runs(self.results)
        yield from self._typed()
        yield from self._page_complaints(self._page(runs))
        yield from self._plot_complaints(runs)

    def _page(self, runs: Sequence[Run]) -> str:
        ablations = [read_ablation(path) for path in sorted(self.ablations.glob("*.json"))]
        return render(runs, ablations, self.templates)

    def _drawn(self, runs: Sequence[Run]) -> dict[Path, str]:
        return {
            self.plots / plot.file: drawn(plot, run.digest)
            for run in runs
            for plot in plots_of(run)
        }

    def _own_plots(self) -> list[Path]:
        return [path for path in self.plots.glob("*.svg") if path.name not in OTHERS]

    def _typed(self) -> Iterator[str]:
        for template in UNTYPED:
            text = (self.templates / template).read_text(encoding="utf-8")
            for figure in typed_figures(text):
                yield (
                    f"{template}: {figure!r} is typed; ask for it, such as "
                    '{{ rate("RUN", "asymmetric") }}, or write it in a word'
                )

    def _page_complaints(self, wanted: str) -> Iterator[str]:
        found = self.page.read_text(encoding="utf-8") if self.page.exists() else ""
        if found != wanted:
            yield f"{self.page.name}, line {_first_difference(found, wanted)}; {REMEDY}"

    def _plot_complaints(self, runs: Sequence[Run]) -> Iterator[str]:
        """Plots are compared by the results they name: drawing differs between versions."""
        wanted = {plot.file: run.digest for run in runs for plot in plots_of(run)}
        for file, digest in wanted.items():
            path = self.plots / file
            if not path.exists():
                yield f"{file} is not there; {REMEDY}"
            elif not path.read_text(encoding="utf-8").startswith(f"{stamp(digest)}\n<svg"):
                yield f"{file} is not a plot of the results as they are; {REMEDY}"
        for path in sorted(self._own_plots()):
            if path.name not in wanted:
                yield f"{path.name} is shown nowhere; {REMEDY}"


def _first_difference(found: str, wanted: str) -> str:
    pairs = zip_longest(found.splitlines(keepends=True), wanted.splitlines(keepends=True))
    number, (have, want) = next(it for it in enumerate(pairs, start=1) if it[1][0] != it[1][1])
    return f"{number}, is {have!r} where the results give {want!r}"
