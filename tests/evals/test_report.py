"""What the report and the terminal say of the arms, in words."""

from __future__ import annotations

import pytest

from skillmem.evals.results import ArmResult, Bounds, Difference, Reason
from skillmem.evals.wording import best_arm, duration, gaps, points, telling, unjudged, won


def an_arm(
    name: str, rate: float, *, nothing: float = 0.0, versus: dict[str, Bounds] | None = None
) -> ArmResult:
    """Make an arm's figures; `versus` gives the intervals against others."""
    return ArmResult(
        arm=name,
        split="valid",
        n=100,
        success_rate=rate,
        ci95=(rate, rate),
        steps_mean=9.0,
        budget=800,
        memory_tokens_mean=0.0,
        nothing_shown=nothing,
        pass_at_k={},
        by_label={},
        versus={
            other: Difference(difference=sum(bounds) / 2, ci95=bounds)
            for other, bounds in (versus or {}).items()
        },
    )


@pytest.mark.parametrize(
    ("rate", "bounds", "lead", "verdict"),
    [
        (0.7, (-0.3, -0.1), "The best arm is raw, with 70 %.", "tells the two apart"),
        (0.7, (-0.3, 0.1), "The best arm is raw, with 70 %.", "does not tell the two apart"),
        (0.4, (0.05, 0.15), "The best arm is asymmetric itself; next comes raw", "interval tells"),
        (0.5, (-0.1, 0.1), "No arm won more than asymmetric; raw won as many", "does not tell"),
    ],
)
def test_the_best_arm_is_named_and_told_from_ours(
    rate: float, bounds: Bounds, lead: str, verdict: str
) -> None:
    """A reader learns which arm won most, and whether the interval tells it from ours."""
    arms = [
        an_arm("none", 0.1),
        an_arm("raw", rate),
        an_arm("asymmetric", 0.5, versus={"none": (0.1, 0.7), "raw": bounds}),
    ]

    sentence = best_arm(arms)

    assert sentence.startswith(lead)
    assert verdict in sentence
    assert "Asymmetric minus raw is " in sentence


def test_without_our_arm_nothing_is_compared() -> None:
    """Where our arm or every other was not played, there is nothing to tell apart."""
    assert best_arm([an_arm("none", 0.1), an_arm("raw", 0.2)]) == ""
    assert best_arm([an_arm("asymmetric", 0.1)]) == ""


def test_arms_with_nothing_to_show_are_named() -> None:
    """An arm that was mostly empty is said to be; `none` is empty by its nature."""
    arms = [
        an_arm("none", 0.1, nothing=1.0),
        an_arm("placebo", 0.1, nothing=0.8),
        an_arm("random", 0.1, nothing=0.5),
    ]

    assert gaps(arms) == ("placebo had nothing to show in 80 % of its episodes.",)


def test_what_was_not_judged_is_not_lost() -> None:
    """An arm of which nothing was judged has no rate, is no best arm, and differs from none."""
    silent = an_arm("raw", 0.0, versus={"asymmetric": (-1.0, 1.0)}).model_copy(update={"n": 0})
    ours = an_arm("asymmetric", 0.0, versus={"raw": (-1.0, 1.0)})

    assert (won(silent), won(ours)) == ("—", "0")
    assert points(silent.versus["asymmetric"]) == "—"
    assert best_arm([silent, ours]) == ""
    assert telling([silent, ours]) == (
        "asymmetric and raw have no pair of judged episodes: nothing can be told.",
    )


def test_how_many_pairs_would_tell_is_said_where_there_is_a_variance() -> None:
    """A bound that rests on one or two builds or tasks can't be extrapolated."""
    ours = an_arm("asymmetric", 0.1, versus={"none": (-0.1, 0.3)})
    found = ours.versus["none"].model_copy(update={"pairs": 16, "few_differ": False})
    few = found.model_copy(update={"few_differ": True})

    (told,) = telling([ours.model_copy(update={"versus": {"none": found}})])
    (untold,) = telling([ours.model_copy(update={"versus": {"none": few}})])

    assert "over 16 pairs; some 64 pairs would tell ten points." in told
    assert untold.endswith("lie in too few builds or tasks to say how many would tell.")


def test_reasons_are_counted() -> None:
    """The most frequent reasons are told, with an example where they differ among themselves."""
    reasons = (
        Reason(reason="UnusableReply", count=3, example="the model said 'hm'"),
        Reason(reason="the agent gave no verdict", count=2),
    )
    arm = an_arm("raw", 0.5).model_copy(update={"not_judged": 5, "why_not_judged": reasons})

    (told,) = unjudged([arm, an_arm("none", 0.1)])

    assert told == (
        "5 of 105 episodes of raw were not judged, and count neither as won nor as lost: "
        "3 × UnusableReply, such as: the model said 'hm'; 2 × the agent gave no verdict."
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0.2, "less than a second"), (59, "59 s"), (130, "2 min 10 s"), (7300, "2 h 1 min")],
)
def test_durations_are_rough(seconds: float, told: str) -> None:
    """Nobody is told of seconds where hours count."""
    assert duration(seconds) == told
