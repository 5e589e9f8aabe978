"""What says that an optional package is missing also says what installs it, here."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from skillmem.errors import MissingDependency, MissingExtra, MissingProgram
from skillmem.extras import ROOT, all_missing, installing, missing_extra


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the package lie where no project file stands beside it."""
    monkeypatch.setattr("skillmem.extras.ROOT", tmp_path)


def test_a_checkout_installs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a clone the command needs no release; from elsewhere it names the clone's folder."""
    monkeypatch.chdir(ROOT)
    assert installing("bench", "llama", "bench") == "pip install -e '.[bench,llama]'"

    monkeypatch.chdir(tmp_path)
    assert installing("bench") == f"pip install -e '{ROOT}[bench]'"


@pytest.mark.usefixtures("installed")
def test_an_installed_package_names_its_distribution(tmp_path: Path) -> None:
    """Outside of a clone the distribution is installed, whatever project surrounds it."""
    assert installing("bench") == "pip install 'langgraph-skillmem[bench]'"

    (tmp_path / "pyproject.toml").write_text('[project]\nname = "another"\n')
    assert installing("bench") == "pip install 'langgraph-skillmem[bench]'"


@pytest.mark.usefixtures("installed")
def test_all_that_is_missing_is_one_command() -> None:
    """Several errors become one, with every extra in one command and what has to follow it."""
    one = missing_extra("the report needs jinja2", "bench")
    two = missing_extra("no engine", "alfworld", further="pip install --no-deps alfworld")

    together = all_missing([one, MissingProgram("no java"), MissingExtra("another's"), two])

    assert str(together) == (
        "no java; another's; the report needs jinja2; no engine: "
        "pip install 'langgraph-skillmem[bench,alfworld]' && pip install --no-deps alfworld"
    )
    assert all_missing([one]) is one
    assert type(all_missing([MissingProgram("a"), MissingProgram("b")])) is MissingDependency


def test_the_error_survives_another_process() -> None:
    """It comes out of a worker with its extras."""
    error = pickle.loads(pickle.dumps(missing_extra("no engine", "alfworld", further="more")))

    assert isinstance(error, MissingExtra)
    assert (error.lacking, error.extras, error.further) == ("no engine", ("alfworld",), "more")
