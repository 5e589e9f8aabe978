"""The contract suites say what they want: in the documents, and where they say no."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from skillmem.protocols import Environment, Suite
from skillmem.testing.environment_contract import EnvironmentContract, assert_info
from skillmem.testing.suites import ChoreSuite
from skillmem.types import Task

ROOT = Path(__file__).parents[2]
EXPLAINED = ("environment_contract", "embedders", "counters", "indexes")


class Vague(ChoreSuite):
    """Words its goals otherwise than its first observations."""

    def task(self, task_id: str) -> Task:
        """Give a task."""
        return super().task(task_id).model_copy(update={"goal": "do what you are told"})


def test_the_rules_are_up_to_date() -> None:
    """docs/contracts.md is what its program prints, and the documents lead to it."""
    printed = subprocess.run(
        [sys.executable, "scripts/document_contracts.py"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
    )

    written = (ROOT / "docs" / "contracts.md").read_text(encoding="utf-8")
    assert written == printed.stdout, (
        "run: .venv/bin/python scripts/document_contracts.py > docs/contracts.md"
    )
    assert "(contracts.md)" in (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("module", EXPLAINED)
def test_every_assertion_says_what_to_do(module: str) -> None:
    """Who breaks a rule that others are held to is told what would keep it."""
    source = (ROOT / "skillmem" / "testing" / f"{module}.py").read_text(encoding="utf-8")
    found = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)]

    assert found
    assert [node.lineno for node in found if node.msg is None] == []


def test_a_broken_rule_names_the_task_and_the_remedy() -> None:
    """A goal that can't be read in the first observation is told with both."""
    suite: Suite = Vague()

    with pytest.raises(AssertionError, match="let the first observation of 'warm:mug' hold") as no:
        EnvironmentContract().test_a_task_is_what_is_first_seen(suite, ["warm:mug"])
    assert "do what you are told" in str(no.value)


def test_an_info_that_lacks_something_is_told() -> None:
    """What is missing is an assertion with a message, and no KeyError."""
    env: Environment = ChoreSuite().open("warm:mug")
    _, info = env.reset()
    assert_info(info)

    with pytest.raises(AssertionError, match="put 'admissible_commands' and 'won' into `info`"):
        assert_info({"won": False})
