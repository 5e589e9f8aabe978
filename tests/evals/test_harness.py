"""A whole benchmark on chores: its folder, its honesty, and its stubbornness."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from skillmem.cli.group import commands
from skillmem.errors import (
    BenchmarkFailed,
    InvalidOption,
    LeakFound,
    MissingExtra,
    StoreUnavailable,
    UnknownAgent,
    UnknownEnvironment,
    UnknownSplit,
)
from skillmem.evals.folder import read_records
from skillmem.evals.harness import benchmark
from skillmem.evals.plan import Plan
from skillmem.evals.results import Played, Results
from skillmem.evals.wording import scope

CHORES = {
    "env": "skillmem.testing.suites:make",
    "agent": "tests.evals.spies:make_spy",
    "split": "valid",
    "train": 9,
    "limit": 6,
    "builds": 2,
    "seeds": 2,
    "arms": ("none", "asymmetric", "fixed"),
    "budgets": (300,),
    "collector": {"name": "expert", "share": 0.5},
}
KILLED = """
import os, signal, sys
from pathlib import Path
from skillmem.evals.harness import benchmark
from skillmem.evals.plan import Plan

def watch(stage, done, total):
    if stage == "units" and done == 5:
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    benchmark(Plan.model_validate_json(sys.argv[1]), Path(sys.argv[2]), processes=2, watch=watch)
"""


def a_plan(**changes: object) -> Plan:
    """Make a small plan that differs in `changes`."""
    return Plan.model_validate(CHORES | changes)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a run that nothing disturbed."""
    out = tmp_path_factory.mktemp("bench") / "out"
    benchmark(a_plan(), out)
    return out


def test_folder_holds_what_is_promised(finished: Path) -> None:
    """Results, episodes, a dump per build and arm, a report; nothing unfinished."""
    dumps = {f"build-{build:02d}" for build in range(2)}
    kinds = {f"{arm}.md" for arm in a_plan().arms}
    kinds |= {"asymmetric.jsonl", "none.texts.jsonl", "fixed.texts.jsonl"}

    assert {path.name for path in finished.iterdir()} == {
        "results.json",
        "episodes.jsonl",
        "memory",
        "report.html",
        ".lock",
    }
    assert {path.name for path in (finished / "memory").iterdir()} == dumps | {"README.md"}
    for build in dumps:
        assert {path.name for path in (finished / "memory" / build).iterdir()} == kinds


def test_what_can_be_loaded_is_told_from_what_can_not(finished: Path, tmp_path: Path) -> None:
    """The whole memory is loaded again; the texts of another arm are refused, and it is named."""
    build, memory = finished / "memory" / "build-00", str(tmp_path / "memory")

    refused = CliRunner().invoke(
        commands, ["load", str(build / "fixed.texts.jsonl"), "--memory", memory]
    )
    loaded = CliRunner().invoke(
        commands, ["load", str(build / "asymmetric.jsonl"), "--memory", memory]
    )

    assert refused.exit_code == 2
    assert "`asymmetric.jsonl`, in the same folder" in refused.stderr
    assert loaded.exit_code == 0, loaded.output
    assert "can't be loaded" in (finished / "memory" / "README.md").read_text(encoding="utf-8")


def test_results_say_how_they_were_made(finished: Path) -> None:
    """`results.json` has every field of the design, and its counts are right."""
    raw = json.loads((finished / "results.json").read_text())

    assert {"command", "mode", "log", "builds", "tasks", "seeds", "ci_method", "policy"} <= set(
        raw["run"]
    )
    assert raw["run"]["policy_kind"] == "scripted"
    assert raw["run"]["train_source"] == "drawn"
    assert (raw["run"]["builds"], raw["run"]["tasks"], raw["run"]["seeds"]) == (2, 6, 2)
    assert (raw["run"]["mode"], raw["run"]["log"]) == ("offline", "shared")
    assert "expert: 50 %" in raw["run"]["collector"]
    assert [arm["arm"] for arm in raw["arms"]] == ["none", "asymmetric", "fixed"]
    for arm in raw["arms"]:
        assert arm["n"] == 2 * 2 * 6
        assert arm["split"] == "valid"
        assert arm["budget"] == 300
        assert set(arm["pass_at_k"]) == {"1", "2"}
        assert set(arm["by_label"]) == {"polish", "warm", "cool"}
        assert set(arm["versus"]) == {"none", "asymmetric", "fixed"} - {arm["arm"]}
        assert arm["ci95"][0] <= arm["success_rate"] <= arm["ci95"][1]


def test_figures_follow_from_the_episodes(finished: Path) -> None:
    """Rates, tokens and paired differences can be had again from `episodes.jsonl`."""
    results = Results.model_validate_json((finished / "results.json").read_text())
    played = tuple(read_records(finished / "episodes.jsonl", Played))
    won = {
        arm: {(it.build, it.seed, it.task): bool(it.success) for it in played if it.arm == arm}
        for arm in results.run.plan.arms
    }

    for arm in results.arms:
        own = won[arm.arm]
        assert arm.success_rate == pytest.approx(sum(own.values()) / len(own), abs=1e-6)
        for other, versus in arm.versus.items():
            pairs = [own[key] - won[other][key] for key in own]
            assert versus.difference == pytest.approx(sum(pairs) / len(pairs), abs=1e-6)
    assert {it.memory_tokens for it in played if it.arm == "none"} == {0}
    assert all(len(it.actions) == it.steps for it in played)


def test_memory_helps_on_chores(finished: Path) -> None:
    """The toy agent wins more with the memory than without: the whole cycle works."""
    results = Results.model_validate_json((finished / "results.json").read_text())
    rates = {arm.arm: arm.success_rate for arm in results.arms}

    assert rates["asymmetric"] > rates["none"]


def test_report_needs_no_network(finished: Path) -> None:
    """The report is one file: nothing in it is fetched, and it holds figures and items."""
    text = (finished / "report.html").read_text(encoding="utf-8")

    for outside in ("src=", "<link", "@import", "url(http", "<script", 'href="http'):
        assert outside not in text
    assert text.count("<svg") == 5
    assert "Goal: " in text
    assert "build-00" not in text.partition("What the memory holds")[0]


def _timeless(file: Path) -> str:
    """Read a file, and leave out how long things took."""
    return re.sub(r'"(seconds|seconds_per_step)": ?[0-9.e-]+', "", file.read_text("utf-8"))


def test_neither_a_kill_nor_processes_change_anything(finished: Path, tmp_path: Path) -> None:
    """Begun by two processes, killed, ended by one: all but times is what one finds undisturbed."""
    out, script = tmp_path / "out", tmp_path / "killed.py"
    script.write_text(KILLED)
    killed = subprocess.run(
        [sys.executable, str(script), a_plan().model_dump_json(), str(out)],
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert not (out / "results.json").exists()
    seen: list[tuple[str, int, int]] = []

    benchmark(a_plan(), out, watch=lambda *progress: seen.append(progress))

    first, *_ = (done for stage, done, _ in seen if stage == "units")
    assert 5 <= first < 12
    for name in ("results.json", "episodes.jsonl"):
        assert _timeless(out / name) == _timeless(finished / name)


def test_one_build_tells_nothing_of_others(finished: Path) -> None:
    """Whoever reads figures of a single build is told what they can't say."""
    run = Results.model_validate_json((finished / "results.json").read_bytes()).run

    assert "one build tells nothing" not in scope(run, ())
    assert "one build tells nothing" in scope(run.model_copy(update={"builds": 1}), ())


def test_finished_run_is_not_run_again(finished: Path) -> None:
    """The same configuration gives its results at once; another one is refused."""
    before = (finished / "results.json").read_bytes()

    again = benchmark(a_plan(), finished)

    assert again == Results.model_validate_json(before)
    with pytest.raises(InvalidOption, match="another configuration"):
        benchmark(a_plan(seed=1), finished)
    assert (finished / "results.json").read_bytes() == before


def test_budgets_are_swept(tmp_path: Path) -> None:
    """Each arm is played under each budget, and compared within it."""
    plan = a_plan(
        arms=("none", "raw"), budgets=(60, None), builds=1, seeds=1, limit=3, collector=None
    )

    results = benchmark(plan, tmp_path / "out")

    assert [(arm.arm, arm.budget) for arm in results.arms] == [
        ("none", 60),
        ("raw", 60),
        ("none", None),
        ("raw", None),
    ]
    tokens = [arm.memory_tokens_mean for arm in results.arms]
    assert tokens[1] <= 60 < tokens[3]


def test_leak_stops_the_benchmark(tmp_path: Path) -> None:
    """A suite that evaluates what it trains on gets no figures."""
    with pytest.raises(LeakFound):
        benchmark(a_plan(env="tests.evals.spies:make_leaky"), tmp_path / "out")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"env": "nowhere:make"}, UnknownEnvironment),
        ({"agent": "nowhere:make"}, UnknownAgent),
        ({"collector": {"name": "nowhere:make", "share": 0.1}}, UnknownAgent),
        ({"split": "test"}, UnknownSplit),
        ({"train_source": "official", "train": 99}, InvalidOption),
        ({"train": 99}, InvalidOption),
        ({"env": "tests.evals.spies:make_leaky"}, LeakFound),
        ({"env": "tests.evals.spies:make_bare"}, InvalidOption),
        ({"env": "tests.evals.spies:make_listless"}, BenchmarkFailed),
    ],
)
def test_names_are_checked_before_anything_is_written(
    tmp_path: Path, changes: dict[str, object], error: type[Exception]
) -> None:
    """A wrong name costs nothing: no folder is made."""
    with pytest.raises(error):
        benchmark(a_plan(**changes), tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("missing", ["scipy", "matplotlib", "jinja2"])
def test_what_the_report_needs_is_looked_for_first(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra nothing is played, and nothing is written."""
    monkeypatch.setitem(sys.modules, missing, None)

    with pytest.raises(MissingExtra, match=missing):
        benchmark(a_plan(), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_all_that_is_missing_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lacks the report's packages, an engine and a model learns of all in one error."""
    monkeypatch.setitem(sys.modules, "scipy", None)
    spies = "tests.evals.spies"
    plan = a_plan(env=f"{spies}:make_unequipped_suite", agent=f"{spies}:make_unequipped_agent")

    with pytest.raises(MissingExtra, match=r"scipy.*no engine.*no model") as caught:
        benchmark(plan, tmp_path / "out")

    assert caught.value.extras == ("bench", "scienceworld", "llama")
    assert "[bench,scienceworld,llama]'" in str(caught.value)


@pytest.mark.parametrize(
    ("maker", "said"),
    [
        ({"agent": "tests.evals.spies:make_raising"}, "ValueError: no idea"),
        ({"agent": "tests.evals.spies:make_mute"}, "NoneType, not an Episode"),
        ({"env": "tests.evals.spies:make_stuck"}, "RuntimeError: stuck"),
        ({"env": "tests.evals.spies:make_silent"}, "KeyError: 'admissible_commands'"),
    ],
)
def test_a_failing_environment_or_agent_is_told_with_the_task(
    maker: dict[str, str], said: str, tmp_path: Path
) -> None:
    """What foreign code raises is told in one line that names the task; its cause is kept."""
    with pytest.raises(BenchmarkFailed, match=r"task '[^']+' failed: ") as caught:
        benchmark(a_plan(collector=None, **maker), tmp_path / "out")

    assert said in str(caught.value)
    assert caught.value.__cause__ is not None


def test_an_agent_that_does_not_say_its_kind_is_unknown(tmp_path: Path) -> None:
    """Only an agent that says it is scripted is called so, in figures, report and terminal."""
    plan = a_plan(agent="tests.evals.spies:make_reticent", builds=1, seeds=1, limit=3)

    results = benchmark(plan, tmp_path / "out")

    assert results.run.policy_kind == "unknown"
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "This policy is a script" not in text
    assert "does not say whether" in text


def test_a_disk_that_fails_on_the_way_is_a_failed_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be written later is told as what can't be written at the start."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("skillmem.evals.folder.RunFolder.close", full)

    with pytest.raises(StoreUnavailable, match="No space left"):
        benchmark(a_plan(builds=1, seeds=1), tmp_path / "out")
