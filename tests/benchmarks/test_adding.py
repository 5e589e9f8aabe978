"""A benchmark's results are kept by one command, without the folders of the machine."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from benchmarks.documenting.adding import add_run
from benchmarks.documenting.runs import UnreadableRun, read_run, read_runs
from tests.benchmarks.samples import keep, some_results


def test_results_are_kept_with_their_figures(tmp_path: Path) -> None:
    """The arms are the same, and paths are as everybody's; episodes come along if asked."""
    left = keep(some_results(), tmp_path / "out" / "small-1.5b")
    (tmp_path / "out" / "small-1.5b" / "episodes.jsonl").write_text("{}\n", encoding="utf-8")

    kept = add_run(tmp_path / "out" / "small-1.5b", tmp_path / "results", episodes=True)

    run = read_run(kept)
    assert run.name == "small-1.5b"
    assert run.has_episodes
    assert run.results.arms == left.results.arms
    assert "/home/ann" not in (kept / "results.json").read_text(encoding="utf-8")
    assert lzma.decompress((kept / "episodes.jsonl.xz").read_bytes()) == b"{}\n"


def test_runs_come_by_name(tmp_path: Path) -> None:
    """Their order is always the same."""
    for name in ("b", "a"):
        keep(some_results(), tmp_path / name)

    assert [run.name for run in read_runs(tmp_path)] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "can't be read: No such file"),
        ("{}", "is not of this version's form: run: Field required"),
        ("no JSON", "is not of this version's form"),
    ],
)
def test_what_is_no_run_is_refused(content: str | None, told: str, tmp_path: Path) -> None:
    """The error names the file and what to do."""
    folder = tmp_path / "old"
    folder.mkdir()
    if content is not None:
        (folder / "results.json").write_text(content, encoding="utf-8")

    with pytest.raises(UnreadableRun, match=told):
        add_run(folder, tmp_path / "results")
    with pytest.raises(UnreadableRun, match=told):
        read_run(folder)
    assert not (tmp_path / "results").exists()


def test_a_name_must_be_fit_for_a_link(tmp_path: Path) -> None:
    """Blanks and capitals are refused."""
    keep(some_results(), tmp_path / "My run")

    with pytest.raises(UnreadableRun, match="'My run' is no name for a run"):
        add_run(tmp_path / "My run", tmp_path / "results")
