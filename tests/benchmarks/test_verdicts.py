"""What helped and what did not is said from the figures, harm included."""

from __future__ import annotations

from benchmarks.documenting.verdicts import helped
from tests.benchmarks.samples import an_arm, arms


def test_arms_are_sorted_by_what_their_intervals_tell() -> None:
    """Above, below and neither are said against no memory and against a placebo."""
    sentences = helped(arms())

    assert sentences[:6] == (
        "Above `none`: asymmetric +30 [+20, +40].",
        "Below `none`: lessons −15 [−20, −10].",
        "Not told apart from `none`: placebo −2 [−7, +3].",
        "Above `placebo`: no arm.",
        "Below `placebo`: no arm.",
        "Not told apart from `placebo`: asymmetric +32 [−8, +72], lessons −13 [−33, +7].",
    )


def test_harm_is_named_even_where_an_arm_helps_on_the_whole() -> None:
    """Each place where an arm of ours won less often than no memory stands there."""
    ours, lessons = helped(arms())[-2:]

    assert ours == "`asymmetric` won less often than `none`: cool it (35.0 % against 40.0 %, n 20)."
    assert lessons.startswith(
        "`lessons` won less often than `none`: over all tasks (15.0 % against 30.0 %, "
        "−15 [−20, −10] points over 40 pairs, told apart); cool it (10.0 % against 40.0 %, n 20); "
    )
    assert "by one of 2 runs (25.0 % against 40.0 %)" in lessons
    assert "covered of 3 actions (25.0 % against 40.0 %)" in lessons
    assert "warm it" not in lessons


def test_without_the_references_nothing_is_claimed() -> None:
    """A run without them says so."""
    assert helped([an_arm("asymmetric", 50)]) == (
        "Nothing was compared with `none`.",
        "Nothing was compared with `placebo`.",
        "Without `none` it can't be said where memory did harm.",
    )
