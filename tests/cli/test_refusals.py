"""What can't be done is said on standard error, with an exit code and the next step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from skillmem import SkillMemory
from skillmem.cli.group import COMMANDS, exit_code
from skillmem.errors import (
    BenchmarkUnfinished,
    InvalidDump,
    LeakFound,
    MissingTokenizer,
    ModelUnavailable,
    NothingJudged,
    SchemaTooOld,
    SkillMemError,
    StoreDamaged,
    UnknownArm,
    UnusableReply,
)
from tests.cli.conftest import Call, won

KITCHEN = ("--memory", "kitchen", "--namespace", "acme/cook")
READING = ("show", "dump", "consolidate", "retrieve")


def words(command: str) -> tuple[str, ...]:
    """Call a command with what it needs."""
    return (command, "a goal") if command == "retrieve" else (command,)


@pytest.mark.parametrize("command", READING)
def test_a_memory_that_is_not_there_stays_away(command: str, call: Call, tmp_path: Path) -> None:
    """A command that reads makes no folder."""
    result = call(*words(command), "--memory", "nowhere")

    assert result.exit_code == 2
    assert "nowhere" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", READING)
def test_an_sqlite_url_that_is_not_there_stays_away(
    command: str, call: Call, tmp_path: Path
) -> None:
    """Nor does it make a database behind a URL."""
    result = call(*words(command), "--memory", "sqlite:///nowhere.db")

    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("kitchen")
@pytest.mark.parametrize("command", READING)
def test_an_unknown_namespace_names_those_that_exist(command: str, call: Call) -> None:
    """A prefix of a namespace, or a wrong one, is an error and not an empty answer."""
    result = call(*words(command), "--memory", "kitchen", "--namespace", "acme")

    assert result.exit_code == 2
    assert "'acme'" in result.stderr
    assert "acme/cook" in result.stderr


@pytest.mark.usefixtures("kitchen")
@pytest.mark.parametrize("label", ["a//b", "a.b", ""])
def test_a_label_that_cannot_be_used(label: str, call: Call) -> None:
    """A malformed namespace is refused before anything is opened."""
    assert call("show", "--memory", "kitchen", "--namespace", label).exit_code == 2


@pytest.mark.usefixtures("kitchen")
def test_an_id_that_nothing_or_too_much_has(call: Call) -> None:
    """Showing what isn't there, or isn't unique, is wrong use."""
    assert call("show", "nothing-begins-so", *KITCHEN).exit_code == 2
    ambiguous = call("show", "w", *KITCHEN)
    assert ambiguous.exit_code == 0, "only `waiting` begins with w"


@pytest.mark.usefixtures("kitchen")
def test_loading_over_something(call: Call) -> None:
    """A dump goes into an empty namespace, or nowhere."""
    call("dump", *KITCHEN, "--out", "memory.jsonl")

    result = call("load", "memory.jsonl", "--memory", "kitchen")

    assert result.exit_code == 2
    assert "acme/cook" in result.stderr
    assert "--namespace" in result.stderr


def test_a_line_that_is_no_episode(call: Call, tmp_path: Path) -> None:
    """The line is named, and none of the others is recorded."""
    file = tmp_path / "episodes.jsonl"
    file.write_text(won("good", "apple").model_dump_json() + '\n{"task": 1}\n', encoding="utf-8")

    result = call("load", "episodes.jsonl", "--memory", "new")

    assert result.exit_code == 2
    assert "line 2" in result.stderr
    assert call("show", "--memory", "new").exit_code == 2
    assert not (tmp_path / "new").exists()


@pytest.mark.usefixtures("kitchen")
def test_a_load_that_fails_leaves_nothing_behind(call: Call, tmp_path: Path) -> None:
    """What can't be loaded is known before a memory is made for it."""
    whole = call("dump", *KITCHEN).stdout
    (tmp_path / "cut.jsonl").write_text(whole[: len(whole) // 2], encoding="utf-8")
    (tmp_path / "empty.jsonl").write_text("", encoding="utf-8")
    with SkillMemory.open(tmp_path / "kitchen", namespace=("other",)) as memory:
        memory.record(won("alone", "kiwi"))
    call("dump", "--memory", "kitchen", "--all", "--out", "two.jsonl")

    for words in (("cut.jsonl",), ("empty.jsonl",), ("two.jsonl", "--namespace", "one")):
        assert call("load", *words, "--memory", "new").exit_code == 2
        assert not (tmp_path / "new").exists()


def test_an_interruption_says_what_is_left(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C ends a command with a code of its own and the next step."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("skillmem.cli.opening.require_memory", interrupted)

    result = call("show")

    assert result.exit_code == 130
    assert "run the same command again" in result.stderr
    assert "Aborted" not in result.stderr


def test_an_episode_that_was_recorded_otherwise(call: Call, tmp_path: Path) -> None:
    """The same id with other content is a conflict."""
    for thing, code in (("apple", 0), ("pear", 2)):
        file = tmp_path / "episodes.jsonl"
        file.write_text(won("same", thing).model_dump_json() + "\n", encoding="utf-8")
        assert call("load", "episodes.jsonl", "--memory", "new").exit_code == code


@pytest.mark.usefixtures("kitchen")
def test_a_damaged_store(call: Call, kitchen: Path) -> None:
    """A store that fails is told from wrong use."""
    (kitchen / "skillmem.db").write_bytes(b"this is no database, but it is long enough " * 99)

    result = call("show", *KITCHEN)

    assert result.exit_code == 3
    assert "skillmem.db" in result.stderr


@pytest.mark.usefixtures("kitchen")
def test_a_file_that_cannot_be_written(call: Call) -> None:
    """A dump that has nowhere to go is wrong use."""
    result = call("dump", *KITCHEN, "--out", "kitchen/skillmem.db/below.jsonl")

    assert result.exit_code == 2
    assert "below.jsonl" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (LeakFound("x"), 1),
        (NothingJudged("x"), 1),
        (UnknownArm("x"), 2),
        (InvalidDump("x"), 2),
        (MissingTokenizer("x"), 2),
        (StoreDamaged("x"), 3),
        (SchemaTooOld("x"), 3),
        (ModelUnavailable("x"), 3),
        (UnusableReply("x"), 3),
        (BenchmarkUnfinished("x"), 4),
    ],
)
def test_exit_codes(error: SkillMemError, code: int) -> None:
    """1: the check says no; 2: wrong use, or something to install; 3: a server failed; 4: go on."""
    assert exit_code(error) == code


def test_unknown_commands_and_options(call: Call) -> None:
    """What doesn't exist is wrong use."""
    assert call("dance").exit_code == 2
    assert call("show", "--dance").exit_code == 2
    assert call("retrieve").exit_code == 2


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, call: Call) -> None:
    """Help is there without a memory."""
    result = call(command, "--help")

    assert result.exit_code == 0
    assert "Usage: skillmem" in result.stdout


def test_the_module_is_the_command(tmp_path: Path) -> None:
    """`python -m skillmem` works, tells its version, and shows no traceback for our errors."""
    ask = [sys.executable, "-m", "skillmem"]

    version = subprocess.run([*ask, "--version"], check=True, capture_output=True, text=True)
    refusal = subprocess.run(
        [*ask, "show"], check=False, capture_output=True, text=True, cwd=tmp_path
    )

    assert version.stdout.startswith("skillmem, version ")
    assert refusal.returncode == 2
    assert refusal.stderr.startswith("Error: there is no memory at './memory'")
    assert "Traceback" not in refusal.stderr


def test_the_current_directory_comes_first(tmp_path: Path) -> None:
    """A module beside the caller is found before one that is installed."""
    (tmp_path / "click_probe.py").write_text("", encoding="utf-8")
    program = (
        "import sys\n"
        "from skillmem.cli.group import main\n"
        "sys.path[:] = [entry for entry in sys.path if entry]\n"
        "sys.argv = ['skillmem', '--version']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "import click_probe\n"
        "print(click_probe.__file__)"
    )

    result = subprocess.run(
        [sys.executable, "-I", "-c", program],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )

    assert str(tmp_path) in result.stdout
