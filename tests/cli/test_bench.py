"""`skillmem bench`: what it prints, and what its exit codes say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from skillmem.cli.group import commands
from skillmem.evals.plan import ARMS
from skillmem.evals.results import Results

COMMAND = [
    "bench",
    *("--env", "skillmem.testing.suites:make", "--agent", "skillmem.testing.suites:make_agent"),
    *("--split", "valid", "--train", "6", "--limit", "3", "--builds", "1", "--seeds", "1"),
    *("--processes", "1"),
]


def test_command_prints_all_arms_and_names_its_files(tmp_path: Path) -> None:
    """A table with every arm and both versus-columns; the report and the dumps are named."""
    out = tmp_path / "out"

    answer = CliRunner().invoke(commands, [*COMMAND, "--out", str(out)])

    assert answer.exit_code == 0, answer.output
    assert all(f" {arm} " in answer.stdout for arm in ARMS)
    assert "vs none" in answer.stdout
    assert "vs placebo" in answer.stdout
    assert str(out / "report.html") in answer.stdout.replace("\n", "")
    assert str(out / "memory") in answer.stdout.replace("\n", "")
    assert "units: 11 of 11" in answer.stderr
    assert "the run that finished in" not in answer.stderr


def test_command_says_that_a_run_is_not_finished(tmp_path: Path) -> None:
    """A time budget that ends before the first result is no wrong use: the code says to go on."""
    words = [*COMMAND, "--arms", "none,asymmetric", "--out", str(tmp_path / "out")]

    cut = CliRunner().invoke(commands, [*words, "--time-budget", "0.000001"])
    gone_on = CliRunner().invoke(commands, words)

    assert cut.exit_code == 4
    assert "done so far: " in cut.stderr
    assert "the same command goes on" in cut.stderr
    assert gone_on.exit_code == 0, gone_on.output


@pytest.mark.parametrize("extra", [[], ["--json"]])
def test_command_refuses_to_call_nothing_a_result(extra: list[str], tmp_path: Path) -> None:
    """Where no episode was judged, all is written, no rate is shown, and the reasons are."""
    out = tmp_path / "out"
    words = [*COMMAND, "--arms", "none,placebo,asymmetric", "--seeds", "2", "--out", str(out)]
    words += ["--agent", "tests.evals.spies:make_babbling", "--train", "3", *extra]

    answer = CliRunner().invoke(commands, words)

    assert answer.exit_code == 1
    assert "no episode was judged (UnusableReply: [b]" in answer.stderr
    results = Results.model_validate_json((out / "results.json").read_bytes())
    assert [(arm.n, arm.not_judged) for arm in results.arms] == [(0, 6)] * 3
    if not extra:
        said = " ".join(answer.stdout.split())
        assert "│ none │ — │ — │ — │ 0 │" in said
        assert "6 of 6 episodes of none were not judged" in said
        assert "6 × UnusableReply, such as: [b]" in said
        assert "\x1b" not in said
        assert " 0 %" not in answer.stdout
    page = " ".join((out / "report.html").read_text(encoding="utf-8").split())
    assert "6 × UnusableReply, such as: [b]" in page
    assert "no episode judged" in page
    assert " 0 %" not in page
    assert "With the memory" not in page


def test_command_stops_an_agent_of_which_nothing_can_be_judged(tmp_path: Path) -> None:
    """A server that leads nowhere is told after the first log, before hours of evaluation."""
    words = [*COMMAND, "--arms", "none,asymmetric", "--out", str(tmp_path / "out")]

    answer = CliRunner().invoke(
        commands, [*words, "--agent", "tests.evals.spies:make_babbling", "--train", "6"]
    )

    assert answer.exit_code == 1
    assert "none of the agent's 6 training games of a build was judged" in answer.stderr
    assert "UnusableReply: [b]" in answer.stderr
    assert "--renew" in answer.stderr


def test_command_shows_the_score(tmp_path: Path) -> None:
    """An environment's score has a column of its own, where there is one."""
    words = [*COMMAND, "--arms", "none,asymmetric", "--out", str(tmp_path / "out")]

    answer = CliRunner().invoke(commands, words)

    assert "score" in answer.stdout
    score = json.loads((tmp_path / "out" / "results.json").read_text())["arms"][0]["score_mean"]
    assert score is None or f" {score:.2f} " in answer.stdout


def test_command_answers_in_json(tmp_path: Path) -> None:
    """With --json the answer is `results.json`, and nothing else is on standard output."""
    out = tmp_path / "out"
    words = [*COMMAND, "--arms", "none,asymmetric", "--out", str(out)]
    CliRunner().invoke(commands, words)

    answer = CliRunner().invoke(commands, [*words, "--json"])

    assert answer.exit_code == 0, answer.output
    assert answer.stdout == (out / "results.json").read_text()
    assert "the run that finished in" in answer.stderr


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--arms", "none,nome"], 2, "'nome'"),
        (["--split", "test"], 2, "'test'"),
        (["--agent", "nowhere:make"], 2, "'nowhere:make'"),
        (["--budget", "lots"], 2, "'lots'"),
        (["--budget", "-3"], 2, "-3"),
        (["--env", "json:dumps"], 2, "'json:dumps'"),
        (["--agent", "json:loads"], 2, "'json:loads'"),
        (["--agent", "tests.evals.spies:make_raising"], 2, "ValueError: no idea"),
        (["--env", "tests.evals.spies:make_leaky"], 1, "only 0 differ"),
        (["--out", "/dev/null/out"], 3, "/dev/null/out"),
    ],
)
def test_command_says_what_is_wrong(
    tmp_path: Path, options: list[str], code: int, said: str
) -> None:
    """A mistake is named on the error stream, with the exit code of its kind."""
    answer = CliRunner().invoke(commands, [*COMMAND, "--out", str(tmp_path / "out"), *options])

    assert answer.exit_code == code, answer.output
    assert said in answer.stderr


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_traceback_can_be_asked_for(processes: str, tmp_path: Path) -> None:
    """With --traceback one sees where foreign code failed, in whatever process; else one line."""
    words = [*COMMAND, "--agent", "tests.evals.spies:make_raising", "--out", str(tmp_path / "out")]
    words += ["--processes", processes]

    told = CliRunner().invoke(commands, words)
    traced = CliRunner().invoke(commands, [*words, "--traceback"])

    assert told.exit_code == traced.exit_code == 2
    assert "--traceback shows where" in told.stderr
    assert "spies.py" not in told.stderr
    assert "spies.py" in traced.stderr
    assert traced.stderr.splitlines()[-1].startswith("Error: playing task")
