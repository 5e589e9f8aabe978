"""Keep a run's results in the repository, and make its figures anew from its episodes."""

from __future__ import annotations

import lzma
import re
from pathlib import Path

from benchmarks.documenting.commands import without_folders
from benchmarks.documenting.runs import (
    EPISODES,
    RESULTS,
    UnreadableRun,
    parse_results,
    read_played,
    read_run,
)
from skillmem.evals.difficulty import difficulties
from skillmem.evals.loading import load_suite
from skillmem.evals.results import Results
from skillmem.evals.statistics import CI_METHOD
from skillmem.evals.summary import summarise

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


def add_run(folder: Path, results: Path, *, episodes: bool = False) -> Path:
    """Copy what a benchmark left in `folder` to where results are kept, under the folder's name.

    Paths in it lose the folders of the machine, nothing else changes. `episodes`: these too,
    compressed.

    Raises:
        UnreadableRun: there are no results, or they are not of this version's form; or the
            folder's name is none for a run.
    """
    name = folder.resolve().name
    if not NAME.fullmatch(name):
        raise UnreadableRun(
            f"{name!r} is no name for a run: small letters, digits, '.', '_' and '-'"
        )
    text = _read(folder / RESULTS)
    parse_results(text.encode(), origin=str(folder / RESULTS))
    target = results / name
    target.mkdir(parents=True, exist_ok=True)
    (target / RESULTS).write_text(without_folders(text), encoding="utf-8")
    if episodes:
        played = _read(folder / "episodes.jsonl")
        (target / EPISODES).write_bytes(lzma.compress(played.encode(), preset=9))
    return target


def figure_again(folder: Path) -> Path:
    """Make a kept run's figures anew from its kept episodes, as this version makes them.

    Needs the environment that it was played in: tasks' difficulty is that of its expert's plans.

    Raises:
        UnreadableRun: no episodes were kept, or something is not of this version's form.
    """
    info, played = read_run(folder).results.run, read_played(folder)
    suite = load_suite(info.plan.env, info.plan.env_options)
    difficulty = difficulties(suite, sorted({entry.task for entry in played}))
    results = Results(
        run=info.model_copy(update={"ci_method": CI_METHOD}),
        arms=summarise(info.plan, played, difficulty=difficulty),
    )
    (folder / RESULTS).write_text(f"{results.model_dump_json(indent=2)}\n", encoding="utf-8")
    return folder


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableRun(
            f"{path} can't be read: {error.strerror}; name a benchmark's folder"
        ) from error
