"""The rules of the house that a tool can hold."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import skillmem
from skillmem import errors, types

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "skillmem"
MODULES = sorted(PACKAGE.rglob("*.py"))
MOST_LINES = 400
LONGER = {
    "skillmem/protocols.py": "every seam stands in this one file",
    "skillmem/types.py": "every record stands in this one file",
}
HOMES = {
    "alembic": "stores",
    "chromadb": "indexes",
    "jinja2": "evals",
    "langgraph": "integrations",
    "matplotlib": "evals",
    "openai": "llms",
    "pytest": "testing",
    "safetensors": "embedders",
    "scipy": "evals",
    "sqlalchemy": "stores",
    "tiktoken": "tokens.py",
    "tokenizers": "embedders",
    "click": "cli",
    "rich": "cli",
}


def imports(path: Path) -> Iterator[str]:
    """Name every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            yield node.module or ""


def identify(path: Path) -> str:
    """Name a file within the repository."""
    return str(path.relative_to(ROOT))


def _own_classes(module: ModuleType) -> set[str]:
    return {
        name
        for name, value in vars(module).items()
        if inspect.isclass(value) and value.__module__ == module.__name__
    }


def test_all_is_sorted_and_whole() -> None:
    """`__all__` names, in order, everything public that `skillmem` offers, and no more."""
    offered = {
        name
        for name, value in vars(skillmem).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }

    assert list(skillmem.__all__) == sorted(set(skillmem.__all__))
    assert offered - {"annotations", "TYPE_CHECKING"} <= set(skillmem.__all__)
    assert [name for name in skillmem.__all__ if not hasattr(skillmem, name)] == []


def test_every_error_is_public() -> None:
    """Whatever the library raises on purpose can be caught by a name from `skillmem`."""
    assert _own_classes(errors) - set(skillmem.__all__) == set()


@pytest.mark.parametrize("facade", [skillmem.SkillMemory, skillmem.OpenEpisode])
def test_what_the_facade_takes_and_gives_is_public(facade: type) -> None:
    """Every record in a public signature can be imported from `skillmem`."""
    methods = [value for name, value in vars(facade).items() if not name.startswith("_")]
    signatures = " ".join(
        str(inspect.signature(method)) for method in methods if inspect.isfunction(method)
    )

    named = {name for name in _own_classes(types) if re.search(rf"\b{name}\b", signatures)}
    assert named - set(skillmem.__all__) == set()
    assert named


@pytest.mark.parametrize("name", sorted(skillmem.__all__))
def test_public_names_say_their_promise(name: str) -> None:
    """Every public class and function has a docstring, its public methods too."""
    value = getattr(skillmem, name)
    if inspect.isclass(value):
        members = [entry for key, entry in vars(value).items() if not key.startswith("_")]
        documented = [value, *(entry for entry in members if inspect.isfunction(entry))]
    elif inspect.isfunction(value):
        documented = [value]
    else:
        documented = []

    assert [entry for entry in documented if not (entry.__doc__ or "").strip()] == []


@pytest.mark.parametrize("path", MODULES, ids=identify)
def test_modules_keep_to_themselves(path: Path) -> None:
    """The library imports no agent, environment or test, and a third party only in its home."""
    for name in imports(path):
        top = name.split(".")[0]
        assert top not in {"agents", "envs", "tests", "scripts", "benchmarks"}, name
        if top in HOMES:
            assert path.relative_to(PACKAGE).parts[0] == HOMES[top], f"{name} is not at home here"


@pytest.mark.parametrize("path", MODULES, ids=identify)
def test_modules_fit_in_a_sitting(path: Path) -> None:
    """No module exceeds 400 lines, and each says what it is."""
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= MOST_LINES or identify(path) in LONGER
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", MODULES, ids=identify)
def test_only_the_command_line_prints(path: Path) -> None:
    """No other module calls `print`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    prints = [call for call in calls if isinstance(call, ast.Name) and call.id == "print"]

    assert not prints or "cli" in path.parts


def test_importing_loads_nothing_slow() -> None:
    """`import skillmem` and the command line's help load no database, model or plot."""
    slow = sorted({*HOMES} - {"click", "rich"})
    program = (
        "import sys, skillmem, skillmem.cli.group\n"
        "try:\n"
        "    skillmem.cli.group.commands(['--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        f"print(*(name for name in {slow} if name in sys.modules))"
    )

    result = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=ROOT
    )

    assert result.stdout.splitlines()[-1] == ""
