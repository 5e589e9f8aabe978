"""What the README and the other documents say, happens."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "scripts" / "follow_readme.py"


def follow(document: Path) -> subprocess.CompletedProcess[str]:
    """Follow a document in an empty folder of its own."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), str(document)], check=False, capture_output=True, text=True
    )


def test_the_readme_can_be_followed() -> None:
    """Its first program learns from one run, and its commands read what that left behind."""
    result = follow(ROOT / "README.md")

    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("''\n1 demonstration\n")
    assert "> clean apple 1 with sink 1" in result.stdout
    assert "1 lesson\n" in result.stdout
    assert "default, version 2" in result.stdout


@pytest.mark.parametrize("name", ["concepts", "extending", "langgraph"])
def test_the_documents_can_be_followed(name: str) -> None:
    """Every program in them runs as it stands."""
    result = follow(ROOT / "docs" / f"{name}.md")

    assert result.returncode == 0, result.stderr


def test_the_example_of_an_environment_and_an_agent_can_be_benchmarked(tmp_path: Path) -> None:
    """Saved under the names that the text gives them, they run under the command it gives."""
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    named = re.findall(
        r"call it `(\w+\.py)`:\n\n```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE
    )
    (line,) = re.findall(r"^skillmem (bench .*)$", text, re.MULTILINE)
    for name, source in named:
        (tmp_path / name).write_text(source, encoding="utf-8")

    result = subprocess.run(
        [sys.executable, "-m", "skillmem", *shlex.split(line), "--processes", "1", "--json"],
        check=False,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert result.returncode == 0, result.stderr
    rates = {arm["arm"]: arm["success_rate"] for arm in json.loads(result.stdout)["arms"]}
    assert rates["none"] < rates["asymmetric"] == 1.0
    assert (tmp_path / "out" / "report.html").exists()


@pytest.mark.parametrize(
    "text",
    [
        "```python\nraise SystemExit(3)\n```\n",
        "```python\n" + "x = 1\n" * 25 + "```\n",
        "```python\nx = 1\n```\n\n```bash\nskillmem show --memory ./memory\n```\n",
    ],
    ids=["failing program", "long program", "failing command"],
)
def test_a_readme_that_lies_is_found_out(text: str, tmp_path: Path) -> None:
    """A program that fails or is too long, and a command that fails, are refused."""
    readme = tmp_path / "README.md"
    readme.write_text(text, encoding="utf-8")

    assert follow(readme).returncode != 0
