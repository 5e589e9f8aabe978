"""Ranking candidates."""

from __future__ import annotations

import random
from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skillmem.config import RetrievalConfig
from skillmem.protocols import Hit
from skillmem.retrieval import Catalogue, Found, Query, Rankable, Ranking, rank
from skillmem.testing.embedders import HashingEmbedder
from skillmem.types import Kind, Skeleton

CONFIG = RetrievalConfig()
CLEAN: Skeleton = ("take <A> from <B>", "clean <A> with <C>", "move <A> to <D>")
HEAT: Skeleton = ("take <A> from <B>", "heat <A> with <C>", "move <A> to <D>")
LONG_HEAT: Skeleton = ("go to <B>", HEAT[0], "go to <C>", *HEAT[1:])


def some(
    name: str,
    skeleton: Skeleton,
    *,
    goal: str = "goal",
    kind: Kind = "demonstration",
    position: int = 0,
) -> Rankable:
    """Make a rankable; `goal` stands for a masked goal."""
    return Rankable(name, kind, goal, skeleton, 1.0, position)


def ranked(
    *rankables: Rankable,
    near: Mapping[str, float],
    worded: Mapping[str, float] | None = None,
    attempted: Skeleton = (),
    config: RetrievalConfig = CONFIG,
) -> Ranking:
    """Rank what a search found as near as `near` says, by id."""
    found = Found(
        masked=[Hit(name, score) for name, score in near.items()],
        worded=[Hit(name, score) for name, score in (worded or {}).items()],
    )
    query = Query("goal", "goal", attempted)
    return rank(query, Catalogue.of(rankables), found, config)


def shown(ranking: Ranking) -> list[str]:
    """Name what is to be shown, demonstrations first."""
    judged = (*ranking.demonstrations, *ranking.lessons)
    return [one.candidate.rankable.id for one in judged if not one.reason]


def reasons(ranking: Ranking) -> dict[str, str]:
    """Tell why each candidate is left out."""
    judged = (*ranking.demonstrations, *ranking.lessons)
    return {one.candidate.rankable.id: one.reason for one in judged}


def test_a_crowd_far_off_does_not_outvote_one_near_by() -> None:
    """One run of the very goal beats many of a goal that only resembles it."""
    crowd = [some(f"h{n}", HEAT, goal="other", position=n) for n in range(50)]

    ranking = ranked(some("c", CLEAN), *crowd, near={"c": 1.0, "h0": 0.8})

    assert shown(ranking) == ["c"]
    assert "lost the vote" in reasons(ranking)["h0"]


def test_the_crowd_decides_among_equals() -> None:
    """Of two skeletons equally near, the one that more runs took wins."""
    odd = some("odd", CLEAN, position=0)
    usual = [some(f"u{n}", (*HEAT, f"then {n}"), position=n + 1) for n in range(3)]

    ranking = ranked(odd, *(one._replace(skeleton=HEAT) for one in usual), near={"odd": 1.0})

    assert set(shown(ranking)) <= {"u0", "u1", "u2"}


def test_what_was_attempted_speaks_for_its_skeleton() -> None:
    """Runs that hold the operations attempted so far win a tie."""
    clean, heat = some("c", CLEAN, position=0), some("h", HEAT, position=1)
    near = {"c": 0.9, "h": 0.9}

    assert shown(ranked(clean, heat, near=near)) == ["c"]
    assert shown(ranked(clean, heat, near=near, attempted=HEAT[:2])) == ["h"]


def test_nouns_choose_among_runs_of_one_skeleton() -> None:
    """Of runs with the same steps, those whose goal is worded like ours come first."""
    runs = [some(name, HEAT, position=n) for n, name in enumerate("abc")]

    ranking = ranked(*runs, near={"a": 1.0}, worded={"c": 0.9, "b": 0.5, "a": 0.1})

    assert shown(ranking) == ["c", "b"]
    assert "repeats" in reasons(ranking)["a"]


def test_other_skeletons_come_before_copies() -> None:
    """A second way to do it is shown before the first way again."""
    runs = [
        some("first", HEAT, position=0),
        some("copy", HEAT, position=1),
        some("other", LONG_HEAT, position=2),
    ]

    assert shown(ranked(*runs, near={"first": 1.0})) == ["first", "other", "copy"]


def test_what_is_too_far_is_no_candidate() -> None:
    """Below the least similarity nothing is considered, and nothing wins."""
    ranking = ranked(some("a", HEAT), near={"a": CONFIG.minimum_similarity - 0.01})

    assert ranking == Ranking(None, (), ())


def test_an_item_the_catalogue_does_not_hold_is_passed_over() -> None:
    """A hit from a newer version of the index is ignored."""
    assert shown(ranked(some("a", HEAT), near={"newer": 1.0, "a": 0.9})) == ["a"]


def test_lessons_follow_the_winner_or_the_goal() -> None:
    """A lesson is shown for the winning skeleton or for nearly this goal, no other."""
    ranking = ranked(
        some("d", HEAT),
        some("same", HEAT, goal="far", kind="lesson", position=1),
        some("near", CLEAN, goal="goal", kind="lesson", position=2),
        some("other", CLEAN, goal="far", kind="lesson", position=3),
        near={"d": 1.0, "near": 1.0, "same": 0.5, "other": 0.5},
    )

    assert shown(ranking) == ["d", "near", "same"]
    assert "about another skeleton" in reasons(ranking)["other"]


def test_a_lesson_about_one_operation_fits_every_plan_that_has_it() -> None:
    """How a thing is done is worth knowing whatever it is done for."""
    ranking = ranked(
        some("demo", HEAT),
        some("part", ("heat <A> with <C>",), goal="far", kind="lesson", position=1),
        some("foreign", ("clean <A> with <C>",), goal="far", kind="lesson", position=2),
        near={"demo": 1.0, "part": 0.5, "foreign": 0.5},
    )

    assert shown(ranking) == ["demo", "part"]


def test_lessons_vote_when_there_is_no_demonstration() -> None:
    """A memory of failures alone still finds the lessons that fit together."""
    ranking = ranked(
        some("a", HEAT, kind="lesson"),
        some("b", CLEAN, goal="far", kind="lesson", position=1),
        near={"a": 0.8, "b": 0.5},
    )

    assert shown(ranking) == ["a"]


def test_where_the_search_stopped_among_equals_makes_no_difference() -> None:
    """One hit of a masked goal brings every run of it."""
    runs = [some(name, HEAT, position=n) for n, name in enumerate("abcd")]
    worded = {"d": 0.9}

    assert shown(ranked(*runs, near={"a": 1.0}, worded=worded))[0] == "d"


def test_receipts_stay_short() -> None:
    """However many candidates there are, only the best are accounted for."""
    runs = [some(f"r{n}", (*HEAT, f"x{n} <A>"), position=n) for n in range(500)]

    ranking = ranked(*runs, near={run.id: 1.0 for run in runs})

    assert len(ranking.demonstrations) == CONFIG.candidates


def test_as_many_as_allowed_may_be_shown() -> None:
    """The length of a receipt doesn't limit how many demonstrations are shown."""
    runs = [some(f"r{n}", (*HEAT[:2], *["go to <B>"] * n, HEAT[2]), position=n) for n in range(40)]

    ranking = ranked(
        *runs,
        near={run.id: 1.0 for run in runs},
        config=RetrievalConfig(maximum_demonstrations=40, candidates=1),
    )

    assert len(shown(ranking)) == sum(not one.reason for one in ranking.demonstrations) > 24


NOUNS = ["apple", "mug", "fridge", "drawer", "zucchini", "x", "desklamp", "a very long name"]
KINDS = {
    "put a clean <A> in <B>.": CLEAN,
    "clean some <A> and put it in <B>.": (*CLEAN, "close <D>"),
    "put a hot <A> in <B>.": HEAT,
    "heat some <A> and put it in <B>.": LONG_HEAT,
}


@given(
    runs=st.lists(
        st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(NOUNS), st.sampled_from(NOUNS)),
        min_size=1,
        max_size=30,
    ),
    asked=st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(NOUNS), st.sampled_from(NOUNS)),
    renaming=st.permutations([f"{noun[::-1]}q" for noun in NOUNS]),
    seed=st.integers(0, 9),
)
def test_renaming_leaves_the_chosen_skeletons(
    runs: list[tuple[str, str, str]],
    asked: tuple[str, str, str],
    renaming: list[str],
    seed: int,
) -> None:
    """Consistent new names, and new ids, leave the skeletons chosen and their order."""
    new = dict(zip(NOUNS, renaming, strict=True))
    renamed = [(masked, new[first], new[second]) for masked, first, second in runs]
    ids = random.Random(seed).sample(range(1000), len(runs))

    before = _choose(runs, asked, ids=range(len(runs)))
    after = _choose(renamed, (asked[0], new[asked[1]], new[asked[2]]), ids=ids)

    assert before == after


def _choose(
    runs: list[tuple[str, str, str]], asked: tuple[str, str, str], *, ids: range | list[int]
) -> list[Skeleton]:
    embedder = HashingEmbedder()
    rankables = [
        Rankable(f"{item_id:03}", "demonstration", masked, KINDS[masked], 1.0, position)
        for position, (item_id, (masked, _, _)) in enumerate(zip(ids, runs, strict=True))
    ]
    masked_goals = embedder.embed([masked for masked, _, _ in runs])
    goals = embedder.embed([_worded(run) for run in runs])
    masked, worded = embedder.embed([asked[0], _worded(asked)])
    hits = [
        sorted(
            (
                Hit(rankable.id, float(np.dot(row, vector)))
                for rankable, row in zip(rankables, rows, strict=True)
            ),
            key=lambda hit: (-hit.score, hit.id),
        )[:5]
        for rows, vector in ((masked_goals, masked), (goals, worded))
    ]
    ranking = rank(Query(_worded(asked), asked[0]), Catalogue.of(rankables), Found(*hits), CONFIG)
    return [
        judged.candidate.rankable.skeleton for judged in ranking.demonstrations if not judged.reason
    ]


def _worded(run: tuple[str, str, str]) -> str:
    masked, first, second = run
    return masked.replace("<A>", first).replace("<B>", second)
