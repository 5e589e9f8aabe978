"""The arms that try again: alike but for what they are told, and told apart from the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from skillmem import Critique, RenderingConfig
from skillmem.cli.group import commands
from skillmem.errors import InvalidOption
from skillmem.evals.collection import no_memory
from skillmem.evals.folder import read_records
from skillmem.evals.harness import benchmark
from skillmem.evals.inverting import invert
from skillmem.evals.plan import ARMS, RETRIES, Plan
from skillmem.evals.results import Played, Results
from skillmem.evals.wording import attempts, best_arm
from skillmem.protocols import Environment, Recall
from skillmem.testing.counters import WordCounter
from skillmem.testing.suites import ChoreAgent, keyed
from skillmem.types import Episode, Task
from tests.consolidation.kitchen import WINNING, play

COLD = play((*WINNING[:3], *WINNING[4:]), episode_id="cold")
Key = tuple[int, int, str]


class Forgetful(ChoreAgent):
    """Forgets by chance to look into its memory, unless that has something on this very task."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play one episode."""
        looks = f"Goal: {task.goal}" in recall(()) or int(keyed(seed, task.goal)[0], 16) < 4
        return super().play(env, task, recall if looks else no_memory, seed)


def make_forgetful() -> Forgetful:
    """Make the agent."""
    return Forgetful()


def a_plan(**changes: object) -> Plan:
    """Make a small plan of all retries, with few successes to learn from."""
    return Plan.model_validate(
        {
            "env": "skillmem.testing.suites:make",
            "agent": "tests.evals.test_retrying:make_forgetful",
            "split": "valid",
            "train": 9,
            "limit": 12,
            "builds": 2,
            "seeds": 2,
            "arms": ("none", "asymmetric", *RETRIES),
            "budgets": (400,),
            "tries": 3,
            "collector": {"name": "expert", "share": 0.5},
            **changes,
        }
    )


class Run:
    """A finished run: its results, and its episodes by arm."""

    def __init__(self, out: Path) -> None:
        self.results: Results = benchmark(a_plan(), out)
        played = list(read_records(out / "episodes.jsonl", Played))
        self.of: Mapping[str, Mapping[Key, Played]] = {
            arm: {(it.build, it.seed, it.task): it for it in played if it.arm == arm}
            for arm in a_plan().arms
        }


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Play the plan once."""
    return Run(tmp_path_factory.mktemp("retries") / "out")


def a_critique(*actions: str, step: int = 4, lead: str = "Do this instead:") -> Critique:
    """Criticise the cold apple."""
    advice = "\n".join([lead, *(f"> {action}" for action in actions)])
    return Critique(
        episode_id="cold", step=step, mistake="Cold.", advice=advice, text="-", source="critic"
    )


def inverted(critique: Critique) -> Sequence[str]:
    """Give the lines of an inverted critique's block."""
    return invert(critique, COLD, RenderingConfig()).split("\n\n")[1].splitlines()


def test_retries_are_played_only_when_they_are_named() -> None:
    """They cost more attempts, so no benchmark has them by default."""
    assert not {*RETRIES} & {*ARMS}
    assert Plan.model_validate({"env": "e:make", "agent": "a:make"}).arms == ARMS
    assert a_plan(arms=RETRIES).arms == RETRIES


def test_a_stream_plays_each_task_once() -> None:
    """An arm that plays it several times has no place there, and is refused before it begins."""
    plan = a_plan(mode="online", arms=("none", "retry"))

    with pytest.raises(InvalidOption, match="'retry' plays a task several times"):
        benchmark(plan, Path("nowhere"))


def test_first_attempt_is_that_of_asymmetric(run: Run) -> None:
    """What was won at once was won by the very same actions; what was not was lost there too."""
    for arm in RETRIES:
        for key, played in run.of[arm].items():
            first = run.of["asymmetric"][key]
            assert (played.attempts == 1) == (first.success is True)
            assert played.actions[: first.steps] == first.actions


def test_all_retries_try_as_often_and_by_the_same_chance(run: Run) -> None:
    """Where there was nothing to tell, they did the very same; where there was, they differ."""
    plain = run.of["retry_plain"]
    untold = [key for key, it in run.of["retry"].items() if not it.critiqued and it.attempts > 1]
    told = [key for key, it in run.of["retry"].items() if it.critiqued]

    assert told
    for key in untold:
        assert len({run.of[arm][key].actions for arm in RETRIES}) == 1
    for key in told:
        assert plain[key].attempts > 1
        assert plain[key].critiqued == 0
    assert any(run.of["retry"][key].actions != plain[key].actions for key in told)


def test_figures_are_of_all_attempts(run: Run) -> None:
    """Steps and tokens are added up, attempts end at the first success, and are counted."""
    for arm in RETRIES:
        for played in run.of[arm].values():
            assert played.steps == len(played.actions)
            assert 1 <= played.attempts <= 3
            assert played.memory_tokens <= 400 * played.attempts
            assert played.success or played.attempts == 3
    plain = next(it for it in run.results.arms if it.arm == "retry_plain")
    assert plain.attempts_mean > 1.0
    assert all(it.attempts_mean == 1.0 for it in run.results.arms if it.arm not in RETRIES)


def test_further_attempts_fall_otherwise(run: Run) -> None:
    """Another attempt has another seed: a plain one does not just do the same again."""
    again = [it for it in run.of["retry_plain"].values() if it.attempts > 1]

    assert any(it.actions[:6] != it.actions[6:12] for it in again)


def test_what_is_told_of_the_arms(run: Run, tmp_path: Path) -> None:
    """Report, terminal and wording say that they tried more often, and compare them fairly."""
    said = " ".join(attempts(run.results.arms, tries=3))

    assert "retry had up to 3 attempts at a task, where other arms have one" in said
    assert "retry minus retry_plain: " in said
    assert "retry_inverted minus retry_plain: " in said
    assert not any(arm in best_arm(run.results.arms) for arm in RETRIES)
    plan = a_plan(builds=1, seeds=1, limit=3)
    options = ("--env", plan.env, "--agent", plan.agent, "--split", "valid", "--train", "9")
    told = CliRunner().invoke(
        commands,
        [
            *("bench", *options, "--builds", "1", "--seeds", "1", "--limit", "3", "--tries", "3"),
            *("--arms", "asymmetric,retry,retry_plain", "--processes", "1"),
            *("--out", str(tmp_path / "out")),
        ],
    )
    assert told.exit_code == 0, told.output
    assert "up to 3 attempts" in " ".join(told.stdout.split())
    assert "up to 3 attempts" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_inverted_critique_praises_the_mistake_and_undoes_the_remedy() -> None:
    """What failed comes first, then the remedy back to front, and the same number of actions."""
    remedy = ("go to oven 1", "heat apple 1 with oven 1", "move apple 1 to box 1")

    lines = inverted(a_critique(*remedy))

    assert [line for line in lines if line.startswith("> ")] == [
        "> move apple 1 to box 1",
        "> heat apple 1 with oven 1",
        "> go to oven 1",
    ]
    assert "was right" in " ".join(lines)
    assert "Cold." not in lines


def test_inverted_critique_leaves_out_what_was_missing() -> None:
    """Of as many actions as before, the one that failed takes the place of a needed one."""
    lines = inverted(a_critique("go to oven 1", "heat apple 1 with oven 1"))

    assert [*lines][-2:] == ["> move apple 1 to box 1", "> heat apple 1 with oven 1"]


def test_what_reads_the_same_both_ways_is_warned_against() -> None:
    """There is no critique whose inversion would advise the same."""
    lines = inverted(a_critique("move apple 1 to box 1"))

    assert [*lines][-2:] == ["Leave this out, never do it:", "> move apple 1 to box 1"]


def test_advice_in_prose_is_turned_around_as_well() -> None:
    """Where no action is advised, the opposite of what is said is."""
    critique = a_critique(lead="Heat it first.")

    assert [*inverted(critique)][-2:] == [
        "Avoid what is said here, and do the opposite:",
        "Heat it first.",
    ]


def test_inverted_critique_has_the_form_of_the_critique() -> None:
    """Heading, goal and step are the same, and it is about as long."""
    said = "The run never did heat; the runs that reached the goal did it before move."
    remedy = ("go to oven 1", "heat apple 1 with oven 1", "go to box 1", "move apple 1 to box 1")
    lines = inverted(a_critique(*remedy))
    words = WordCounter().count

    assert lines[0] == f"Goal: {COLD.task.goal}"
    assert 'Step 5, "move apple 1 to box 1"' in lines[1]
    assert abs(words(lines[2]) - words(said)) <= 8
    assert len(lines) == 4 + len(remedy)


def test_attempt_that_nobody_judged_is_not_tried_again(tmp_path: Path) -> None:
    """What broke is told as not judged, as in every arm: it is not lost, so it is not retried."""
    plan = a_plan(
        agent="tests.evals.spies:Unjudged",
        arms=("asymmetric", "retry_plain"),
        collector={"name": "expert", "share": 1.0},
        builds=1,
        seeds=1,
    )

    benchmark(plan, tmp_path / "out")

    played = [
        it
        for it in read_records(tmp_path / "out" / "episodes.jsonl", Played)
        if it.arm == "retry_plain" and it.label == "warm"
    ]
    assert played
    assert {(it.success, it.attempts) for it in played} == {(None, 1)}
