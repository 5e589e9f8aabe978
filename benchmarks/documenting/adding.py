"""Keep a run's results in the repository."""

from __future__ import annotations

import lzma
import re
from pathlib import Path

from benchmarks.documenting.commands import without_folders
from benchmarks.documenting.runs import EPISODES, RESULTS, UnreadableRun, parse_results

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


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise UnreadableRun(
            f"{path} can't be read: {error.strerror}; name a benchmark's folder"
        ) from error
