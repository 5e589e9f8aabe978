"""Logs and streams that end in the middle, and go on where they ended."""

from __future__ import annotations

import itertools
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from skillmem.errors import BenchmarkUnfinished, ModelUnavailable, StoreDamaged
from skillmem.evals.deadline import Deadline
from skillmem.evals.folder import read_records
from skillmem.evals.harness import benchmark
from skillmem.evals.journal import Journal, Turn
from skillmem.evals.plan import Plan
from skillmem.evals.results import Played
from skillmem.testing.suites import ChoreAgent
from skillmem.types import Episode, Task
from tests.evals.spies import Spy

SPIES = "tests.evals.spies"
STREAMS: dict[str, object] = {
    "env": "skillmem.testing.suites:make",
    "agent": f"{SPIES}:make_spy",
    "split": "valid",
    "mode": "online",
    "limit": 6,
    "builds": 1,
    "seeds": 1,
    "arms": ("none", "placebo", "random", "raw", "asymmetric"),
    "budgets": (300,),
    "collector": {"name": "expert", "share": 0.5},
}
LOGS = STREAMS | {"mode": "offline", "builds": 2, "train": 18, "arms": ("none", "asymmetric")}
UNITS = LOGS | {"builds": 1, "train": 1}
RUN = """
import sys
from pathlib import Path
from skillmem.evals.harness import benchmark
from skillmem.evals.plan import Plan

if __name__ == "__main__":
    benchmark(Plan.model_validate_json(sys.argv[1]), Path(sys.argv[2]))
"""


def a_plan(**changes: object) -> Plan:
    """Make a small plan of streams that differs in `changes`."""
    return Plan.model_validate(STREAMS | changes)


def a_turn(number: int) -> Turn:
    """Make a turn."""
    return Turn(episode=Episode(id=f"turn-{number}", task=Task(goal=f"do {number}.")))


def told(out: Path) -> tuple[str, ...]:
    """Read what a run wrote, but for how long things took."""
    pattern = r'"(seconds|seconds_per_step)": ?[0-9.e-]+'
    names = ("results.json", "episodes.jsonl")
    return tuple(re.sub(pattern, "", (out / name).read_text("utf-8")) for name in names)


def turns(out: Path) -> dict[str, int]:
    """Count the turns that are kept of each log, stream or unit that isn't whole."""
    patterns = ("*.draft/log.jsonl", "streams/*.jsonl", "units/*.begun")
    files = [file for pattern in patterns for file in out.rglob(pattern)]
    return {str(file.relative_to(out)): file.read_bytes().count(b"\n") for file in files}


@pytest.fixture
def plays(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the goals of all episodes that the agent plays."""
    seen: list[str] = []
    play = Spy.play

    def noted(self: Spy, env: object, task: Task, recall: object, seed: int) -> Episode:
        seen.append(task.goal)
        return play(self, env, task, recall, seed)  # type: ignore[arg-type]

    monkeypatch.setattr(Spy, "play", noted)
    return seen


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> Callable[[Plan, Path], list[dict[str, int]]]:
    """Give a way to run a plan in calls so short that each plays a few episodes.

    It tells which logs and streams were not whole after each call.
    """

    def run(plan: Plan, out: Path) -> list[dict[str, int]]:
        ticks = itertools.count()
        monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))
        cut: list[dict[str, int]] = []
        while not out.exists() or (out / "unfinished").exists():
            assert len(cut) < 50
            with suppress(BenchmarkUnfinished):
                benchmark(plan, out, seconds=15)
            cut.append(turns(out))
        return cut

    return run


@pytest.mark.parametrize("plan", [STREAMS, LOGS, UNITS], ids=["streams", "logs", "units"])
def test_what_is_cut_off_often_ends_as_if_it_never_was(
    plan: dict[str, object],
    plays: list[str],
    hasty: Callable[[Plan, Path], list[dict[str, int]]],
    tmp_path: Path,
) -> None:
    """Cut off in the middle of logs and streams, a run plays and finds just what it would have."""
    benchmark(Plan.model_validate(plan), tmp_path / "whole")
    undisturbed = list(plays)
    plays.clear()

    cut = hasty(Plan.model_validate(plan), tmp_path / "cut")

    assert sum(any(kept.values()) for kept in cut) >= 2
    assert plays == undisturbed
    assert told(tmp_path / "cut") == told(tmp_path / "whole")


def test_time_that_learning_again_takes_up_is_enough(
    hasty: Callable[[Plan, Path], list[dict[str, int]]], tmp_path: Path
) -> None:
    """However little time a call has, it plays an episode more than the one before it."""
    cut = hasty(a_plan(arms=("asymmetric",), limit=12), tmp_path / "out")

    counts = [sum(kept.values()) for kept in cut[:-1]]
    assert counts == sorted(set(counts))
    assert len(counts) > 2


@pytest.mark.parametrize(
    ("plan", "dies_at"),
    [(STREAMS, 4), (LOGS, 4), (UNITS, 5)],
    ids=["streams", "logs", "units"],
)
def test_what_is_killed_goes_on_behind_the_last_episode(
    plan: dict[str, object], dies_at: int, plays: list[str], tmp_path: Path
) -> None:
    """Killed in the middle of an episode, a run keeps all before it; half a line is dropped."""
    mortal = Plan.model_validate(plan | {"agent": f"{SPIES}:make_mortal"})
    benchmark(mortal, tmp_path / "whole")
    whole = len(plays)
    plays.clear()
    script = tmp_path / "run.py"
    script.write_text(RUN)

    killed = subprocess.run(
        [sys.executable, str(script), mortal.model_dump_json(), str(tmp_path / "cut")],
        env={**os.environ, "PYTHONPATH": str(Path.cwd()), "DIES_AT": str(dies_at)},
        check=False,
    )

    assert killed.returncode == -signal.SIGKILL
    ((file, kept),) = turns(tmp_path / "cut").items()
    assert kept >= 3
    with (tmp_path / "cut" / file).open("a") as journal:
        journal.write('{"episode": {"task": {"goal": "half a li')
    benchmark(mortal, tmp_path / "cut")
    assert len(plays) == whole - dies_at + 1
    assert told(tmp_path / "cut") == told(tmp_path / "whole")


@pytest.mark.parametrize("plan", [STREAMS, LOGS], ids=["streams", "logs"])
def test_processes_end_in_the_middle_too(plan: dict[str, object], tmp_path: Path) -> None:
    """Time is over in all processes at once, and what isn't whole is not told as done."""
    slow = Plan.model_validate(plan | {"agent": f"{SPIES}:make_slow", "builds": 1, "train": 24})
    slow = slow.model_copy(update={"arms": ("none", "asymmetric"), "limit": 24, "collector": None})
    progress: list[tuple[str, int, int]] = []

    with pytest.raises(BenchmarkUnfinished) as raised:
        benchmark(slow, tmp_path, processes=2, seconds=3, watch=lambda *it: progress.append(it))

    kept = turns(tmp_path)
    assert f"{sum(kept.values())} episodes of what was begun" in str(raised.value)
    assert kept
    assert all(0 < count < 24 for count in kept.values())
    assert {done for _, done, _ in progress} == {0}


@pytest.mark.parametrize("mode", ["online", "offline"])
def test_a_model_that_is_lost_takes_no_episode_with_it(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was played before the model was lost is kept, of a stream and of a log."""
    plan = a_plan(mode=mode, agent=f"{SPIES}:make_dead", train=9, arms=("raw",))
    with pytest.raises(ModelUnavailable):
        benchmark(plan, tmp_path / "lost")
    assert sum(turns(tmp_path / "lost").values()) > 0

    monkeypatch.setattr(f"{SPIES}.Dead.play", ChoreAgent.play)
    benchmark(plan, tmp_path / "lost")
    benchmark(plan, tmp_path / "whole")

    assert told(tmp_path / "lost") == told(tmp_path / "whole")


@pytest.mark.parametrize("mode", ["online", "offline"])
@pytest.mark.parametrize("agent", ["make_unjudged", "make_giving"])
def test_what_nobody_judged_holds_nothing_up(agent: str, mode: str, tmp_path: Path) -> None:
    """An episode without a verdict stands in its stream or log, counts nowhere, teaches nothing."""
    plan = a_plan(mode=mode, agent=f"{SPIES}:{agent}", collector=None, train=9)

    results = benchmark(plan, tmp_path)

    played = tuple(read_records(tmp_path / "episodes.jsonl", Played))
    assert len(played) == 5 * 6
    assert {entry.success for entry in played if entry.label == "warm"} == {None}
    assert all(entry.success is not None for entry in played if entry.label != "warm")
    assert all((arm.n, arm.not_judged) == (4, 2) for arm in results.arms)
    assert all(log.skipped > 0 for log in results.run.logs)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    """Give the file of a journal that holds three turns."""
    path = tmp_path / "a" / "log.jsonl"
    keeping = Journal(path, Turn, Deadline())
    for number in range(3):
        keeping.take(f"turn-{number}", lambda number=number: a_turn(number))  # type: ignore[misc]
    return path


def made(path: Path, count: int, *, seconds: float | None = None) -> Iterator[Turn | None]:
    """Take turns, and mark those that are made."""
    keeping = Journal(path, Turn, Deadline(seconds))
    for number in range(count):
        turn = a_turn(number)
        new = turn.episode.model_copy(update={"agent": "new"})
        yield keeping.take(turn.episode.id, lambda new=new: Turn(episode=new))  # type: ignore[misc]


def test_a_journal_makes_only_what_it_does_not_keep(journal: Path) -> None:
    """What is kept is given, what comes behind it is made and kept."""
    for _ in range(2):
        agents = [turn.episode.agent for turn in made(journal, 5) if turn is not None]

        assert agents == ["", "", "", "new", "new"]
    assert len(list(read_records(journal, Turn))) == 5


def test_a_journal_makes_but_one_turn_when_time_is_over(journal: Path) -> None:
    """What is kept is given still, and one more: each call gets on."""
    given = list(made(journal, 6, seconds=0))

    assert [turn is not None for turn in given] == [True, True, True, True, False, False]


def test_a_turn_is_on_disk_before_it_is_given(
    journal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that was given can be lost."""
    lines: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda _: lines.append(journal.read_bytes().count(b"\n")))

    list(made(journal, 5))

    assert lines == [4, 5]


@pytest.mark.parametrize("length", range(1, 60, 7))
def test_half_a_turn_is_made_again(journal: Path, length: int) -> None:
    """Wherever a kill cut the last line, it is dropped, and what is before it stays."""
    journal.write_bytes(journal.read_bytes()[:-length])

    agents = [turn.episode.agent for turn in made(journal, 4) if turn is not None]

    assert agents == ["", "", "new", "new"]
    assert len(list(read_records(journal, Turn))) == 4


def test_a_journal_of_two_runs_at_once_is_refused(journal: Path) -> None:
    """Episodes of two runs are never taken for one log; the file is named."""
    journal.write_bytes(journal.read_bytes() * 2)

    with pytest.raises(StoreDamaged, match=r"log\.jsonl.*'turn-0' where 'turn-3' is due"):
        list(made(journal, 5))
