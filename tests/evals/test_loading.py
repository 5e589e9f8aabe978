"""Import paths of environments and agents."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from skillmem.errors import InvalidOption, UnknownAgent, UnknownEnvironment
from skillmem.evals.loading import code_digest, load_agent, load_collector, load_suite
from skillmem.testing.suites import ChoreAgent, ChoreSuite


def test_paths_lead_to_suites_and_agents() -> None:
    """`module:function` is called and gives the suite, or the agent."""
    assert isinstance(load_suite("skillmem.testing.suites:make"), ChoreSuite)
    assert isinstance(load_agent("skillmem.testing.suites:make_agent"), ChoreAgent)


@pytest.mark.parametrize(
    "path", ["nowhere:make", "skillmem.nowhere:make", "skillmem.testing.suites:nothing", "bare"]
)
def test_paths_that_lead_nowhere(path: str) -> None:
    """The path is named, and an example of a right one."""
    with pytest.raises(UnknownEnvironment, match=r"envs\.household:make") as caught:
        load_suite(path)
    assert repr(path) in str(caught.value)
    with pytest.raises(UnknownAgent, match=r"agents\.case_based:make"):
        load_agent(path)


@pytest.mark.parametrize("path", ["json:dumps", "json:JSONDecoder"])
def test_what_makes_neither_suite_nor_agent(path: str) -> None:
    """A function that needs arguments, or makes something else, is named."""
    with pytest.raises(UnknownEnvironment, match="made no suite") as caught:
        load_suite(path)
    assert repr(path) in str(caught.value)
    with pytest.raises(UnknownAgent, match="made no agent"):
        load_agent(path)


def test_what_the_clone_holds_is_said_to_be_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside a clone, the default environment and agent are said to live in one.

    What isn't there is not suggested: neither what was asked for, nor its like.
    """
    monkeypatch.chdir(tmp_path)
    hidden = [name for name in sys.modules if name.partition(".")[0] in {"envs", "agents"}]
    for name in hidden:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" in path])
    monkeypatch.setattr(sys, "path_hooks", sys.path_hooks)

    for load, error, path in (
        (load_suite, UnknownEnvironment, "envs.household:make"),
        (load_agent, UnknownAgent, "agents.case_based:make"),
        (load_agent, UnknownAgent, "agents.nowhere:make"),
    ):
        with pytest.raises(error, match=r"PYTHONPATH.*clone of the repository") as caught:
            load(path)
        assert "such as" not in str(caught.value)


def test_an_example_is_not_what_just_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A function that fails is not suggested in its own stead."""

    def broken() -> None:
        raise ValueError("no idea")

    monkeypatch.setattr("agents.case_based.make", broken)

    with pytest.raises(UnknownAgent, match="ValueError: no idea") as caught:
        load_agent("agents.case_based:make")
    assert "such as" not in str(caught.value)


def test_what_a_module_lacks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that is there but needs another one says which."""
    (tmp_path / "needy_environment.py").write_text("import not_installed_anywhere\n")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(UnknownEnvironment, match="not_installed_anywhere"):
        load_suite("needy_environment:make")


def test_a_module_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a module raises while it is imported is told in one line, and kept as the cause."""
    (tmp_path / "broken_environment.py").write_text("1 / 0\n")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(UnknownEnvironment, match=r"ZeroDivisionError.*--traceback") as caught:
        load_suite("broken_environment:make")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_expert_needs_a_suite_with_plans() -> None:
    """Only a suite that knows winning plans has an expert to collect with."""

    class Ignorant:
        splits = ("train",)

    assert load_collector("expert", ChoreSuite()) is None
    with pytest.raises(InvalidOption, match="winning plans"):
        load_collector("expert", Ignorant())  # type: ignore[arg-type]


def test_digest_follows_the_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of a module behind an import path changes the digest; nothing else does."""
    module = tmp_path / "changing_agent.py"
    module.write_text("make = list\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = code_digest("changing_agent:make")

    assert code_digest("changing_agent:make") == before
    module.write_text("make = tuple\n")
    assert code_digest("changing_agent:make") != before


def test_digest_follows_names_and_no_caches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that moves within a package changes the digest; what an editor leaves does not."""
    package = tmp_path / "changing_package"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "part.py").write_text("make = list\n")
    monkeypatch.syspath_prepend(tmp_path)
    before = code_digest("changing_package:make")

    (package / ".part.py.swp").write_text("half a line")
    (package / "inner" / "part.cpython-311.pyc").write_text("cached")
    assert code_digest("changing_package:make") == before
    (package / "part.py").replace(package / "inner" / "part.py")
    assert code_digest("changing_package:make") != before
