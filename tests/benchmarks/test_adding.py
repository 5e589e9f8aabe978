"""A benchmark's results are kept by one command, without the folders of the machine."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from benchmarks.documenting.adding import add_run, figure_again
from benchmarks.documenting.runs import Run, UnreadableRun, read_played, read_run, read_runs
from skillmem.evals.harness import benchmark
from skillmem.evals.plan import Plan
from skillmem.evals.statistics import CI_METHOD
from skillmem.evals.summary import summarise
from tests.benchmarks.samples import keep, some_results

KEPT = Path(__file__).parent.parent.parent / "benchmarks" / "results"


def figures(run: Run) -> list[dict[str, object]]:
    """Give the arms' figures, without the classes of difficulty: those need an engine."""
    return [result.model_dump(exclude={"by_difficulty"}) for result in run.results.arms]


@pytest.mark.parametrize(
    "run", [it for it in read_runs(KEPT) if it.has_episodes], ids=lambda it: it.name
)
def test_kept_figures_are_those_of_the_kept_episodes(run: Run) -> None:
    """Whoever doubts a figure can count it from the episodes, to the last digit."""
    assert run.results.run.ci_method == CI_METHOD, "make it anew: --again"
    counted = summarise(run.results.run.plan, read_played(KEPT / run.name))

    again = run._replace(results=run.results.model_copy(update={"arms": counted}))
    assert figures(again) == figures(run)


def test_figures_are_made_anew_from_episodes(tmp_path: Path) -> None:
    """They come out as the run itself told them, classes of difficulty included."""
    plan = {"env": "skillmem.testing.suites:make", "agent": "skillmem.testing.suites:make_agent"}
    small = {"split": "valid", "train": 3, "limit": 4, "builds": 2, "arms": ("none", "raw")}
    told = benchmark(Plan.model_validate(plan | small), tmp_path / "out" / "small")
    folder = add_run(tmp_path / "out" / "small", tmp_path / "results", episodes=True)
    older = told.run.model_copy(update={"ci_method": "as it was"})
    blank = told.model_copy(update={"arms": (), "run": older})
    (folder / "results.json").write_text(blank.model_dump_json(), encoding="utf-8")

    figure_again(folder)

    assert read_run(folder).results == told
    (folder / "episodes.jsonl.xz").unlink()
    with pytest.raises(UnreadableRun, match="--episodes"):
        figure_again(folder)


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
