"""Runs that are cut off, that a model lets down, or that another agent joins."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from skillmem.errors import BenchmarkUnfinished, InvalidOption, ModelUnavailable
from skillmem.evals.folder import RunFolder, read_records
from skillmem.evals.harness import benchmark
from skillmem.evals.plan import Plan, parse_options, work_units
from skillmem.evals.results import Played, Reason, Results
from skillmem.evals.unfinished import unfinished

SPIES = "tests.evals.spies"
ARMS = ("none", "asymmetric")


def a_plan(agent: str = "make_spy", **changes: object) -> Plan:
    """Make a small plan on chores that differs in `changes`."""
    plan: dict[str, object] = {
        "env": "skillmem.testing.suites:make",
        "agent": f"{SPIES}:{agent}",
        "split": "valid",
        "train": 6,
        "limit": 6,
        "builds": 2,
        "seeds": 2,
        "arms": ARMS,
        "budgets": (300,),
        "tasks_of_a_unit": 1,
    }
    return Plan.model_validate(plan | changes)


def episodes(out: Path) -> tuple[Played, ...]:
    """Read a run's episodes, without their times."""
    found = read_records(out / "episodes.jsonl", Played)
    return tuple(entry.model_copy(update={"seconds": 0.0}) for entry in found)


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give a way to let every look at the clock take a second."""

    def tick() -> None:
        ticks = itertools.count()
        monkeypatch.setattr(time, "monotonic", lambda: float(next(ticks)))

    return tick


def test_a_run_that_is_cut_off_tells_whole_rounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ticking: Callable[[], None]
) -> None:
    """Wherever time ends, every arm has played the same, tasks before repetitions of tasks."""
    ticking()
    cut = benchmark(a_plan(), tmp_path, seconds=60)
    monkeypatch.undo()

    assert not cut.complete
    assert 0 < cut.run.rounds < cut.run.planned == 24
    played = episodes(tmp_path)
    rounds = {arm: [(it.build, it.seed, it.task) for it in played if it.arm == arm] for arm in ARMS}
    assert rounds["none"] == rounds["asymmetric"]
    assert len(rounds["none"]) == cut.run.rounds
    assert len({it.task for it in played}) == min(6, cut.run.rounds)
    assert all(result.n == cut.run.rounds for result in cut.arms)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "Cut off" in page
    assert f"played so far {cut.run.rounds} of these 24 episodes" in page


def test_what_was_cut_off_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ticking: Callable[[], None]
) -> None:
    """Going on gives what a run without any interruption gives, and plays nothing twice."""
    whole = benchmark(a_plan(), tmp_path / "whole")
    ticking()
    benchmark(a_plan(), tmp_path / "cut", seconds=60)
    monkeypatch.undo()
    seen: list[tuple[str, int, int]] = []

    gone_on = benchmark(a_plan(), tmp_path / "cut", watch=lambda *told: seen.append(told))

    assert next(done for stage, done, _ in seen if stage == "units") > 0
    assert gone_on.complete
    assert episodes(tmp_path / "cut") == episodes(tmp_path / "whole")
    assert [arm.versus for arm in gone_on.arms] == [arm.versus for arm in whole.arms]
    assert not (tmp_path / "cut" / "unfinished").exists()


def test_no_time_at_all_is_no_result(tmp_path: Path) -> None:
    """Without a whole round nothing is claimed, and the next call goes on."""
    with pytest.raises(BenchmarkUnfinished, match=r"0 of 2 builds, 0 of 48 units.*goes on"):
        benchmark(a_plan(), tmp_path, seconds=0)
    assert not (tmp_path / "results.json").exists()

    assert benchmark(a_plan(), tmp_path).complete


def test_an_unfinished_run_tells_its_pace(tmp_path: Path) -> None:
    """As soon as a unit was played, it is said how long a round takes, and what is lacking."""
    plan = a_plan(arms=("none", "raw", "asymmetric"))
    benchmark(plan, tmp_path / "whole")
    (entry, *_) = episodes(tmp_path / "whole")
    folder = RunFolder(tmp_path / "cut")
    folder.claim("configuration")
    units = tuple(work_units(plan, labels=["warm"] * 6))
    for unit, seconds in zip(units, (20.0, 40.0), strict=False):
        folder.put(unit, [entry.model_copy(update={"seconds": seconds})])

    told = str(unfinished(plan, units, folder))

    assert "2 of 72 units; a unit took up to 40 s of playing" in told
    assert "a round of 3 takes up to about 2 min 0 s" in told
    assert "the first lacks 1 of them, up to about 40 s." in told


@pytest.mark.parametrize(("breaking", "judged"), [(2, 6), (3, 0)])
def test_a_broken_environment_is_tried_again(
    breaking: int, judged: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A game is played three times before it is given up: long ones would be left out else."""
    monkeypatch.setattr(f"{SPIES}.Fragile.breaking", breaking)
    plan = a_plan("make_noting", env=f"{SPIES}:make_fragile", arms=("none",), seed=breaking)
    plan = plan.model_copy(update={"builds": 1, "seeds": 1, "train": 3})

    results = benchmark(plan, tmp_path)

    (arm,) = results.arms
    assert (arm.n, arm.not_judged) == (judged, 6 - judged)


def test_tasks_of_a_label_take_turns_with_the_builds(tmp_path: Path) -> None:
    """The first rounds of a run of single tasks give each label different builds."""
    benchmark(a_plan(builds=3, seeds=1, arms=("none",)), tmp_path)

    first = episodes(tmp_path)[:6]
    labels = {entry.label for entry in first}
    assert len(labels) == 3
    for label in labels:
        builds = [entry.build for entry in first if entry.label == label]
        assert len(set(builds)) == len(builds) == 2


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("make_unjudged", "UnusableReply: the model said 'hm'"),
        ("make_giving", "UnusableReply: the model said 'hm'"),
        ("make_dreaming", "ModelUnavailable, said the model"),
    ],
)
def test_what_nobody_judged_is_neither_won_nor_lost(agent: str, said: str, tmp_path: Path) -> None:
    """An episode without a verdict counts in no rate, and is told with its reason.

    It may be given by the agent, or raised; what its reason looks like changes nothing.
    """
    results = benchmark(a_plan(agent), tmp_path)

    unjudged = [entry for entry in episodes(tmp_path) if entry.success is None]
    assert {entry.label for entry in unjudged} == {"warm"}
    assert {entry.detail for entry in unjudged} == {said}
    for arm in results.arms:
        assert (arm.n, arm.not_judged) == (16, 8)
        assert "warm" not in arm.by_label
        assert all(found.pairs == 16 for found in arm.versus.values())
        assert arm.why_not_judged == (Reason(reason=said, count=8),)
    assert "were not judged" in " ".join((tmp_path / "report.html").read_text("utf-8").split())


@pytest.mark.parametrize("agent", ["dead", "lost"])
def test_a_model_that_is_gone_stops_the_run(
    agent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No failure is made of it: the run stops, keeps what it has, and goes on when it is back.

    The agent says so in the episode that it gives, or by what it raises.
    """
    plan = a_plan(f"make_{agent}", collector={"name": "expert", "share": 1.0})

    with pytest.raises(ModelUnavailable, match=r"was not judged.*nobody answers"):
        benchmark(plan, tmp_path)

    units = tmp_path / "unfinished" / "units"
    kept = {path.name for path in units.iterdir()}
    assert kept
    entries = [entry for path in units.iterdir() for entry in read_records(path, Played)]
    assert all(entry.success is not None for entry in entries)
    monkeypatch.setattr(f"{SPIES}.{agent.title()}.play", _spared)
    assert benchmark(plan, tmp_path).complete


def _spared(self: object, env: object, task: object, recall: object, seed: int) -> object:  # noqa: ARG001
    from skillmem.testing.suites import ChoreAgent

    return ChoreAgent().play(env, task, recall, seed)  # type: ignore[arg-type]


def test_an_expert_stops_where_the_environment_does(tmp_path: Path) -> None:
    """A plan that is longer than an episode may be is cut off, and is no success."""
    results = benchmark(
        a_plan(env=f"{SPIES}:make_hasty", collector={"name": "expert", "share": 1.0}), tmp_path
    )

    assert [log.successes for log in results.run.logs] == [0, 0]


def test_another_agent_plays_the_floor(tmp_path: Path) -> None:
    """The floor is played without memory by the agent that is named for it."""
    plan = a_plan(floor="agents.uniform:make", arms=("floor", *ARMS))

    results = benchmark(plan, tmp_path)

    floor = [entry for entry in episodes(tmp_path) if entry.arm == "floor"]
    assert {entry.memory_tokens for entry in floor} == {0}
    none = [entry for entry in episodes(tmp_path) if entry.arm == "none"]
    assert [entry.actions for entry in floor] != [entry.actions for entry in none]
    assert set(results.arms[1].versus) == {"floor", "asymmetric"}
    with pytest.raises(InvalidOption, match="--floor"):
        a_plan(arms=("floor", *ARMS))
    with pytest.raises(InvalidOption, match="--floor"):
        a_plan(floor="agents.uniform:make")


def test_a_model_is_metered(tmp_path: Path) -> None:
    """Tokens and seconds are told per step, and a model plays one task at a time."""
    results = benchmark(a_plan("make_metered", tasks_of_a_unit=None), tmp_path)

    assert results.run.plan.tasks_of_a_unit == 1
    assert {arm.model_tokens_per_step for arm in results.arms} == {10.0}
    assert all(arm.seconds_per_step >= 0 for arm in results.arms)


def test_options_reach_what_they_are_for(tmp_path: Path) -> None:
    """Keyword arguments go to `make`; one that it doesn't take is named with those it does."""
    plan = a_plan("make_fixed", agent_options={"manner": "gentle"})

    assert benchmark(plan, tmp_path).complete
    with pytest.raises(InvalidOption, match=r"no option 'mood'.*manner"):
        benchmark(a_plan("make_fixed", agent_options={"mood": "x"}), tmp_path / "b")


def test_options_are_read_as_json_where_they_are() -> None:
    """Numbers, lists and truth are what they look like, all else is text; secrets are refused."""
    read = parse_options(["steps=30", "model=./a b.gguf", "on=true", "text=a=b"])

    assert read == {"steps": 30, "model": "./a b.gguf", "on": True, "text": "a=b"}
    for wrong in (["steps"], ["=3"], ["a=1", "a=2"]):
        with pytest.raises(InvalidOption):
            parse_options(wrong)


@pytest.mark.parametrize(
    "option",
    [
        "api_key=sk-1",
        "apiToken=sk-1",
        "url=http://u:pw@h/v1",
        "url=http://sk-1@h/v1",
        "url=http://h/v1?api_key=sk-1",
        'params={"api_key": "sk-1"}',
        'headers=[{"Authorization": "Bearer sk-1"}]',
    ],
)
def test_secrets_are_refused(option: str) -> None:
    """A benchmark writes its options down, so none may hold a key, however deep."""
    with pytest.raises(InvalidOption, match="looks like a secret"):
        parse_options([option])


def test_what_only_sounds_like_a_secret_is_taken() -> None:
    """Counts of tokens, and addresses without a key, are none."""
    options = parse_options(["max_tokens=4", "url=http://127.0.0.1:8080/v1?a=b"])

    assert options == {"max_tokens": 4, "url": "http://127.0.0.1:8080/v1?a=b"}


@pytest.fixture(scope="module")
def streamed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of a finished run of streams."""
    out = tmp_path_factory.mktemp("stream")
    arms = ("none", "placebo", "random", "raw", "asymmetric", "demonstrations")
    benchmark(a_plan(mode="online", limit=None, arms=arms, builds=3), out)
    return out


def test_a_stream_learns_only_from_what_came_before(streamed: Path) -> None:
    """The first task of every stream is met with an empty memory, in every arm."""
    played = episodes(streamed)

    first = [entry for entry in played if entry.position == 0]
    assert len(first) == 6 * 3 * 2
    assert {entry.memory_tokens for entry in first} == {0}
    later = [it for it in played if it.arm == "asymmetric" and (it.position or 0) > 12]
    assert any(entry.memory_tokens for entry in later)


def test_streams_are_orders_of_the_same_tasks(streamed: Path) -> None:
    """Each stream holds every task once; all arms meet them in the same order, streams differ."""
    orders: dict[tuple[int, int], set[tuple[str, ...]]] = {}
    for key, members in itertools.groupby(
        episodes(streamed), key=lambda it: (it.build, it.seed, it.arm)
    ):
        tasks = tuple(it.task for it in members)
        assert len(tasks) == len(set(tasks)) == 24
        orders.setdefault((key[0], 0), set()).add(tasks)
    assert all(len(found) == 1 for found in orders.values())
    assert len({next(iter(found)) for found in orders.values()}) == 3


def test_a_streams_figures(streamed: Path) -> None:
    """Results say that it was a stream, and how success went along it."""
    results = Results.model_validate_json((streamed / "results.json").read_bytes())

    assert (results.run.mode, results.run.log) == ("online", "own")
    for arm in results.arms:
        assert list(arm.by_position) == [f"quarter {number}" for number in range(1, 5)]
        assert sum(part.n for part in arm.by_position.values()) == arm.n == 24 * 3 * 2


def test_arms_that_need_a_whole_log_have_no_stream(tmp_path: Path) -> None:
    """`fixed` and `oracle` are refused before anything is written."""
    with pytest.raises(InvalidOption, match="'oracle'"):
        benchmark(a_plan(mode="online", arms=("none", "oracle")), tmp_path / "x")
    assert not (tmp_path / "x").exists()
