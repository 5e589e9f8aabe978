"""The runs whose results are kept in the repository."""

from __future__ import annotations

import lzma
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from skillmem.evals.results import ArmResult, Played, Results

RESULTS = "results.json"
EPISODES = "episodes.jsonl.xz"


class UnreadableRun(Exception):
    """A file of results is missing or is none; the message says which, and what to do."""


class Run(NamedTuple):
    """A run by name: what it found, the digest of the file that says so, and what lies beside."""

    name: str
    results: Results
    digest: str
    has_episodes: bool = False

    @property
    def budgets(self) -> tuple[int | None, ...]:
        """Give the budgets under which its arms played, the plan's first one first."""
        return self.results.run.plan.budgets

    def arms(self, budget: int | None) -> tuple[ArmResult, ...]:
        """Give the arms of one budget."""
        return tuple(result for result in self.results.arms if result.budget == budget)


def read_runs(folder: Path) -> tuple[Run, ...]:
    """Read every run in `folder`, by name.

    Raises:
        UnreadableRun: one has no results, or they are not of this version's form.
    """
    if not folder.is_dir():
        return ()
    return tuple(read_run(path) for path in sorted(folder.iterdir()) if path.is_dir())


def read_run(folder: Path) -> Run:
    """Read the run that was kept in `folder`, and is called like it.

    Raises:
        UnreadableRun: it has no results, or they are not of this version's form.
    """
    file = folder / RESULTS
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnreadableRun(
            f"{file} can't be read: {error.strerror}; add a run, or remove its folder"
        ) from error
    return Run(
        name=folder.name,
        results=parse_results(content, origin=str(file)),
        digest=sha256(content).hexdigest(),
        has_episodes=(folder / EPISODES).exists(),
    )


def read_played(folder: Path) -> tuple[Played, ...]:
    """Read the episodes that were kept of a run.

    Raises:
        UnreadableRun: none were, or they are not of this version's form.
    """
    file = folder / EPISODES
    try:
        lines = lzma.decompress(file.read_bytes()).splitlines()
        return tuple(map(Played.model_validate_json, lines))
    except (OSError, lzma.LZMAError, ValidationError) as error:
        raise UnreadableRun(
            f"{file} can't be read: {error}; keep a run's episodes with --add FOLDER --episodes"
        ) from error


def parse_results(content: bytes, *, origin: str) -> Results:
    """Read results.

    Raises:
        UnreadableRun: they are not of this version's form.
    """
    try:
        return Results.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UnreadableRun(
            f"{origin} is not of this version's form: {place}: {first['msg']}; "
            "run its benchmark again"
        ) from error


def named(runs: Sequence[Run]) -> dict[str, Run]:
    """Give the runs by name."""
    return {run.name: run for run in runs}
