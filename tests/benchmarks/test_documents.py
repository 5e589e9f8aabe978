"""docs/benchmarks.md says what the files of results say, and nothing else."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.documenting.documents import Documents
from benchmarks.documenting.figures import NoSuchFigure
from tests.benchmarks.samples import keep, some_results

ROOT = Path(__file__).parent.parent.parent
FOREIGN = re.compile(r"/(?:tmp|root|home|Users)/[\w.-]+")


@pytest.fixture
def copy(tmp_path: Path) -> Documents:
    """Give a page of one run, as it was just written."""
    shutil.copytree(ROOT / "docs" / "templates", tmp_path / "docs" / "templates")
    findings = tmp_path / "docs" / "templates" / "findings.md.jinja"
    findings.write_text(
        'Won: {{ rate("house", "asymmetric") }}, {{ told("house", "asymmetric", "none") }} none.\n',
        encoding="utf-8",
    )
    documents = Documents(tmp_path)
    keep(some_results(), documents.results / "house")
    documents.write()
    return documents


def edit(path: Path, old: str, new: str) -> None:
    """Change a file as somebody who wants it to say something else."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_page_in_the_repository_says_what_the_files_say() -> None:
    """Page and plots are those of the results that are kept; `make docs-benchmarks` writes them."""
    assert list(Documents(ROOT).complaints()) == []


def test_the_command_checks() -> None:
    """What the page tells its readers to run says the same."""
    told = subprocess.run(
        [sys.executable, "-m", "scripts.document_benchmarks", "--check"],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    assert told.stdout == "benchmarks.md: as the results give it\n"
    assert told.returncode == 0


def test_a_misspelt_run_is_said_before_anything_is_written(copy: Documents) -> None:
    """The page stays as it was when a finding asks for what is not there."""
    before = copy.page.read_bytes()
    edit(copy.templates / "findings.md.jinja", '"house"', '"horse"')

    with pytest.raises(NoSuchFigure, match="run 'horse' is not there; there are: 'house'"):
        copy.write()

    assert copy.page.read_bytes() == before


def test_the_repository_names_no_folder_of_the_machine_that_ran_it() -> None:
    """Neither the page nor the kept results hold a path of somebody's machine."""
    documents = Documents(ROOT)

    for path in (documents.page, *documents.results.glob("*/results.json")):
        assert FOREIGN.findall(path.read_text(encoding="utf-8")) == [], path


def test_what_was_just_written_is_right(copy: Documents) -> None:
    """Writing again changes nothing, and there is nothing to complain about."""
    before = copy.page.read_bytes()

    copy.write()

    assert copy.page.read_bytes() == before
    assert list(copy.complaints()) == []
    assert "Won: 60 %, above none." in copy.page.read_text(encoding="utf-8")


def test_an_edited_figure_is_found_out(copy: Documents) -> None:
    """A better number in the page fails the check, which names the line."""
    edit(copy.page, "| **asymmetric** | 40 | 60 |", "| **asymmetric** | 40 | 61 |")

    (complaint,) = copy.complaints()

    assert "| **asymmetric** | 40 | 61 |" in complaint
    assert "| **asymmetric** | 40 | 60 |" in complaint
    assert "make docs-benchmarks" in complaint


def test_changed_results_are_found_out(copy: Documents) -> None:
    """Other results without a new page fail the check, and so do the plots of the old ones."""
    edit(copy.results / "house" / "results.json", '"steps_mean": 9.5', '"steps_mean": 9.4')

    complaints = list(copy.complaints())

    assert complaints[0].startswith("benchmarks.md, line ")
    assert (
        sum("not a plot of the results as they are" in complaint for complaint in complaints) == 2
    )


def test_a_run_too_many_is_found_out(copy: Documents) -> None:
    """A run that is kept but not on the page fails the check."""
    keep(some_results(), copy.results / "second")

    assert any("second" in complaint for complaint in copy.complaints())


def test_plots_are_there_and_no_others(copy: Documents) -> None:
    """Every plot is shown; a missing and a forgotten one fail the check."""
    names = sorted(path.name for path in copy.plots.iterdir())
    page = copy.page.read_text(encoding="utf-8")
    assert names == ["house-passes.svg", "house-success.svg"]
    assert all(f"(benchmarks/{name})" in page for name in names)

    (copy.plots / "house-passes.svg").rename(copy.plots / "old-passes.svg")

    assert [complaint.partition(";")[0] for complaint in copy.complaints()] == [
        "house-passes.svg is not there",
        "old-passes.svg is shown nowhere",
    ]


def test_plots_can_be_read_on_a_light_and_a_dark_page(copy: Documents) -> None:
    """An image can't take the page's ink, so none is asked for."""
    for path in copy.plots.iterdir():
        assert "currentColor" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["It won 60 %.", "Two of 10 did.", "{{ 1 }} and 3.5 more"])
def test_a_typed_figure_is_found_out(text: str, copy: Documents) -> None:
    """What is said by hand asks for its figures."""
    (copy.templates / "findings.md.jinja").write_text(f"{text}\n", encoding="utf-8")
    copy.write()

    (complaint,) = copy.complaints()

    assert "is typed" in complaint


def test_names_may_hold_digits(copy: Documents) -> None:
    """A model's name in code is no figure."""
    edit(copy.templates / "findings.md.jinja", "Won", "`gemma-3-270m` won")
    copy.write()

    assert list(copy.complaints()) == []


def test_without_runs_there_is_a_page(tmp_path: Path) -> None:
    """It tells how things are measured, and that nothing was yet."""
    shutil.copytree(ROOT / "docs" / "templates", tmp_path / "docs" / "templates")
    documents = Documents(tmp_path)
    (documents.templates / "findings.md.jinja").write_text("None yet.\n", encoding="utf-8")

    documents.write()

    assert "No run is kept" in documents.page.read_text(encoding="utf-8")
    assert list(documents.complaints()) == []
