"""Hand-written findings ask for their figures, and learn at once what can't be had."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from benchmarks.documenting.figures import FUNCTIONS, Figures, NoSuchFigure
from benchmarks.documenting.runs import Run
from tests.benchmarks.samples import an_arm, keep, some_results


@pytest.fixture
def figures(tmp_path: Path) -> Figures:
    """Give the figures of a run with one budget, and of one with two."""
    swept = [an_arm("none", 20, budget=200), an_arm("none", 21, budget=None)]
    runs: Sequence[Run] = (
        keep(some_results(), tmp_path / "house"),
        keep(some_results(swept, budgets=(200, None)), tmp_path / "swept"),
    )
    return Figures(runs)


def test_every_function_gives_its_figure(figures: Figures) -> None:
    """Each is asked once, as a template asks."""
    ours = ("house", "asymmetric")

    assert figures.rate(*ours) == "60 %"
    assert figures.interval(*ours) == "[50, 70]"
    assert figures.episodes(*ours) == "40"
    assert figures.difference(*ours, "above", "none") == "+30 [+20, +40]"
    assert figures.pairs(*ours, "none") == "40"
    assert figures.told(*ours, "none") == "above"
    assert figures.told(*ours, "placebo") == "not told apart from"
    assert figures.steps(*ours) == "9.5"
    assert figures.tokens(*ours) == "123"
    assert figures.seconds(*ours) == "<0.001"
    assert figures.passes(*ours, 2) == "70 %"
    assert figures.plans(*ours) == "1.5"
    assert figures.winning_plans(*ours) == "0.5"
    assert figures.entropy(*ours) == "0.25"
    assert figures.label_rate(*ours, "cool_it") == "35 %"
    assert figures.label_interval(*ours, "cool_it") == "[0, 100]"
    assert figures.label_episodes(*ours, "cool_it") == "20"
    assert figures.difficulty_rate(*ours, "3 actions") == "60 %"
    assert figures.coverage(*ours, "3 actions") == "70 %"
    assert figures.best("house") == "asymmetric"
    assert (figures.builds("house"), figures.seeds("house"), figures.tasks("house")) == (
        "2",
        "2",
        "10",
    )
    assert figures.rounds("house") == "4 of 4"
    assert figures.tally("asymmetric", "above", "none") == "1 of 1"


def test_a_budget_can_be_named(figures: Figures) -> None:
    """Without one the first counts."""
    assert figures.rate("swept", "none") == "20 %"
    assert figures.rate("swept", "none", budget=200) == "20 %"
    assert figures.rate("swept", "none", budget="unlimited") == "21 %"


@pytest.mark.parametrize(
    ("name", "asked", "told"),
    [
        ("rate", ("hous", "none"), "run 'hous' is not there; there are: 'house', 'swept'"),
        ("rate", ("house", "raw"), "arm 'raw' is not there; there are: 'none', 'placebo', "),
        (
            "difference",
            ("house", "asymmetric", "below", "raw"),
            "beside asymmetric 'raw' is not there",
        ),
        ("label_rate", ("house", "none", "heat"), "'heat' is not there; there are: 'cool_it'"),
        ("passes", ("house", "none", 9), "k '9' is not there; there are: '1', '2'"),
        ("score", ("house", "none"), "none in house: no score was recorded"),
        ("model_tokens", ("house", "none"), "no tokens of a model was recorded"),
        ("position_rate", ("house", "none", "quarter 1"), "there are: none at all"),
        ("tally", ("asymmetric", "better", "none"), "no verdict 'better'; there are: above"),
        ("tally", ("raw", "above", "none"), "no run has both 'raw' and 'none'"),
    ],
)
def test_what_is_not_there_is_said(
    name: str, asked: tuple[str, ...], told: str, figures: Figures
) -> None:
    """An error names what was asked for, and what there is."""
    with pytest.raises(NoSuchFigure, match=re.escape(told)):
        figures.functions()[name](*asked)


def test_an_unplayed_budget_is_said(figures: Figures) -> None:
    """It names those that were played."""
    with pytest.raises(NoSuchFigure, match="'300' is not there; there are: '200', 'unlimited'"):
        figures.rate("swept", "none", budget=300)


def test_a_template_can_call_every_public_function() -> None:
    """What is public is offered, with a promise in its docstring."""
    assert {"rate", "difference", "told", "tally"} <= set(FUNCTIONS)
    assert all(getattr(Figures, name).__doc__ for name in FUNCTIONS)


def test_a_text_whose_word_no_longer_holds_is_refused(figures: Figures) -> None:
    """Figures follow the files by themselves; words don't, so a wrong one is an error."""
    with pytest.raises(NoSuchFigure, match=r"'asymmetric' is 'below' 'none', and it is 'above'"):
        figures.difference("house", "asymmetric", "below", "none")


@pytest.mark.parametrize(
    ("name", "holds", "fails", "told"),
    [
        (
            "all_told",
            ("house", "asymmetric", "above", "none", "lessons"),
            ("house", "asymmetric", "above", "none", "placebo"),
            "'not told apart from'",
        ),
        ("alike", ("house", "house"), ("house", "swept"), "are alike, and they are not"),
        (
            "at_most",
            (0.35, "house", "cool_it", "asymmetric"),
            (0.34, "house", "cool_it", "asymmetric"),
            "'asymmetric' won from 0.0 to 0.34 of 'cool_it', and it won 0.35",
        ),
        (
            "at_least",
            (0.35, "house", "cool_it", "asymmetric"),
            (0.36, "house", "cool_it", "asymmetric"),
            "'asymmetric' won from 0.36 to 1.0 of 'cool_it', and it won 0.35",
        ),
    ],
)
def test_a_claim_prints_nothing_where_it_holds_and_ends_the_page_where_not(
    name: str, holds: tuple[object, ...], fails: tuple[object, ...], told: str, figures: Figures
) -> None:
    """What a text says without a figure is held to the files, too."""
    claim: Callable[..., str] = figures.functions()[name]

    assert claim(*holds) == ""
    with pytest.raises(NoSuchFigure, match=re.escape(told)):
        claim(*fails)
