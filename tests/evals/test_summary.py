"""Episodes to figures."""

from __future__ import annotations

import pytest

from skillmem.errors import SkillMemError
from skillmem.evals.charts import signed
from skillmem.evals.plan import Plan
from skillmem.evals.results import Difference, Played
from skillmem.evals.summary import compare, summarise
from skillmem.evals.wording import points


def played(arm: str, won: str, *, tasks: str = "pqr") -> list[Played]:
    """Make one build's two runs of three tasks: `won` holds a 1 for each win."""
    return [
        Played(
            arm=arm,
            budget=800,
            build=0,
            seed=number // 3,
            task=tasks[number % 3],
            label="odd" if number % 3 == 1 else "even",
            success=mark == "1",
            steps=10 if mark == "1" else 50,
            ended_by="agent",
            memory_tokens=100 * (arm != "none"),
            items=(),
            actions=(),
        )
        for number, mark in enumerate(won)
    ]


def test_figures_of_an_arm() -> None:
    """Rate, steps, tokens, pass@k and labels, as counted by hand."""
    plan = Plan(env="e:m", agent="a:m", arms=("none", "raw"), builds=1)

    none, raw = summarise(plan, [*played("none", "100000"), *played("raw", "110010")])

    assert (none.n, none.success_rate) == (6, round(1 / 6, 6))
    assert raw.success_rate == 0.5
    assert raw.steps_mean == 30
    assert (none.memory_tokens_mean, raw.memory_tokens_mean) == (0, 100)
    assert raw.pass_at_k == {1: 0.5, 2: round(2 / 3, 6)}
    assert (raw.by_label["odd"].n, raw.by_label["odd"].success_rate) == (2, 1.0)
    assert (raw.by_label["even"].n, raw.by_label["even"].success_rate) == (4, 0.25)
    assert raw.versus["none"].difference == round(2 / 6, 6)
    assert none.versus["raw"].difference == -round(2 / 6, 6)


@pytest.mark.parametrize(
    ("won", "expected"),
    [
        ("0110", {1: round(2 / 3, 6)}),
        ("01100", {1: 0.25, 2: 0.5}),
        ("011001", {1: 0.5, 2: round(2 / 3, 6)}),
    ],
)
def test_every_pass_at_k_rests_on_the_same_tasks(won: str, expected: dict[int, float]) -> None:
    """Where only some tasks were played twice, there is a k of two if half of them were.

    Then those played once count for no k: more runs never seem to win less. The tasks `p`, `q`
    and `r` are played in turn until time is over.
    """
    plan = Plan(env="e:m", agent="a:m", arms=("none",), builds=1)

    (cut,) = summarise(plan, played("none", won))

    assert cut.pass_at_k == expected


def test_without_a_verdict_there_is_no_pass_at_k() -> None:
    """Nothing is claimed of runs that nobody judged."""
    plan = Plan(env="e:m", agent="a:m", arms=("none",), builds=1)
    unjudged = [it.model_copy(update={"success": None}) for it in played("none", "000")]

    (arm,) = summarise(plan, unjudged)

    assert arm.pass_at_k == {}


def test_difference_is_between_pairs() -> None:
    """Two arms that win equally often on other tasks differ by nothing, with a wide interval."""
    found = compare(played("raw", "110110"), played("none", "011011"))

    assert found.difference == 0.0
    assert found.ci95[0] < 0.0 < found.ci95[1]


def test_unpaired_episodes_are_refused() -> None:
    """Episodes of other tasks are never subtracted."""
    with pytest.raises(SkillMemError, match="'raw' and 'none' played different"):
        compare(played("raw", "111111"), played("none", "111111", tasks="pqx"))


def test_points_read_well() -> None:
    """Differences are whole points with a sign, and nothing is written as minus nothing."""
    assert points(Difference(difference=0.284, ci95=(-0.08, 0.661))) == "+28 [−8, +66]"
    assert signed(-0.001) == "0"
