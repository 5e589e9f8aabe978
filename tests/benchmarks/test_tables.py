"""Tables hold what a run has found, and no empty columns."""

from __future__ import annotations

from benchmarks.documenting.tables import arms_table, difficulties_table, labels_table, passes_table
from skillmem.evals.results import ArmResult
from tests.benchmarks.samples import an_arm, arms


def cells(table: str, arm: str) -> dict[str, str]:
    """Read an arm's row, by the headings."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    row = next(row for row in rows if row[0].strip("*") == arm)
    return dict(zip(rows[0], row, strict=True))


def scored(arm: ArmResult, mean: float) -> ArmResult:
    """Give an arm the environment's scores."""
    return arm.model_copy(update={"score_mean": mean, "score_ci95": (-0.001, mean + 0.1)})


def test_an_arm_is_compared_in_one_row() -> None:
    """What it reached and all three differences stand side by side, bold where they are told."""
    assert cells(arms_table(arms()), "lessons") == {
        "arm": "lessons",
        "n": "40",
        "won, %": "15",
        "95 % interval": "5–25",
        "steps": "9.5",
        "memory tokens": "123",
        "s/step": "<0.001",
        "minus none": "**−15**\u00a0[−20,\u00a0−10]",
        "minus placebo": "−13\u00a0[−33,\u00a0+7]",
        "asymmetric minus it": "**+45**\u00a0[+40,\u00a0+50]",
    }


def test_ours_stands_out() -> None:
    """Its row is found at a glance."""
    assert "| **asymmetric** |" in arms_table(arms())


def test_scores_are_shown_where_they_say_more_than_won_or_lost() -> None:
    """A score of 0 or 1 would only repeat the share that was won."""
    telling = [scored(an_arm("none", 0), 0.0), scored(an_arm("raw", 30), 0.55)]
    repeating = [scored(an_arm("none", 0), 0.0), scored(an_arm("raw", 30), 0.3)]

    assert cells(arms_table(telling), "raw")["score"] == "0.55\u00a0[0.00,\u00a00.65]"
    assert cells(arms_table(telling), "none")["score"].startswith("0.00")
    assert "score" not in arms_table(repeating)


def test_types_of_task_say_how_many_episodes_they_rest_on() -> None:
    """The heading holds the count, a cell the share with its interval."""
    row = cells(labels_table(arms()), "asymmetric")

    assert row["cool it, n 20"] == "35\u00a0<sub>0–100</sub>"


def test_difficulties_say_what_was_covered() -> None:
    """The share of tasks of which at least one run won stands beside the share won."""
    row = cells(difficulties_table(arms()), "asymmetric")

    assert row["3 actions, n 20"] == "60\u00a0<sub>0–100, covered 70</sub>"


def test_several_runs_are_shown_where_there_are_several() -> None:
    """pass@k for the k that exist, and diversity; nothing where each task is played once."""
    row = cells(passes_table([an_arm("none", 30, seeds=4)]), "none")

    assert [name for name in row if name.startswith("pass")] == [
        "pass@1, %",
        "pass@2, %",
        "pass@4, %",
    ]
    assert row["entropy where they part, bits"] == "0.25"
    assert passes_table([an_arm("none", 30, seeds=1)]) == ""
