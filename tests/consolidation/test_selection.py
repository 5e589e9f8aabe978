"""Few of many successes are kept, and nothing of the others is lost."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from skillmem.config import ConsolidationConfig
from skillmem.consolidation.selection import keep_few
from skillmem.types import Demonstration, Skeleton, Step, Task

GOAL = "put <A> in <B>."
TAKE, MOVE = "take <A> from <C>", "move <A> to <B>"
GO, OPEN, WIPE = "go to <C>", "open <C>", "wipe <A> with <D>"
ROOMY = ConsolidationConfig(
    demonstrations_per_structure=3, structures_per_goal=2, episodes_per_demonstration=100
)
WAYS = (
    (TAKE, MOVE),
    (GO, TAKE, MOVE),
    (GO, OPEN, TAKE, MOVE),
    (GO, OPEN, TAKE, "go to <B>", MOVE),
    (TAKE, WIPE, MOVE),
    (GO, TAKE, WIPE, MOVE),
    (TAKE, WIPE, MOVE, WIPE),
)


def a_success(
    name: str, way: Skeleton = WAYS[0], *, steps: int = 4, noun: str = "cup", goal: str = GOAL
) -> Demonstration:
    """Make a demonstration of one episode."""
    return Demonstration(
        id="",
        namespace=(),
        episode_ids=(name,),
        version=0,
        goal=goal,
        skeleton=way,
        task=Task(goal=f"put {noun} in box."),
        steps=(Step(action="look", observation=""),) * steps,
        verified="replayed",
    )


successes = st.lists(
    st.tuples(st.sampled_from(WAYS), st.integers(1, 6), st.sampled_from(["cup", "pen", "key"])),
    max_size=30,
).map(
    lambda drawn: [
        a_success(f"e{number}", way, steps=steps, noun=noun)
        for number, (way, steps, noun) in enumerate(drawn)
    ]
)


def shown(items: Sequence[Demonstration]) -> set[str]:
    """Name the episodes whose steps are shown."""
    return {item.episode_ids[0] for item in items}


@given(successes)
def test_nothing_is_lost(items: list[Demonstration]) -> None:
    """Every success is shown or merged into one that is, and named once while there is room."""
    kept, merged = keep_few(items, ROOMY)

    named = [name for item in kept for name in item.episode_ids]
    assert sorted(named) == sorted(item.episode_ids[0] for item in items)
    assert shown(kept) | set(merged) == shown(items)
    assert set(merged.values()) <= shown(kept)
    assert len(kept) <= 3 * 2


@given(successes)
def test_what_was_kept_is_kept_again(items: list[Demonstration]) -> None:
    """A batch that brings nothing changes nothing: the same objects come back."""
    kept, _ = keep_few(items, ROOMY)
    again, merged = keep_few(kept, ROOMY)

    assert all(one is other for one, other in zip(kept, again, strict=True))
    assert merged == {}


@given(successes, st.integers(0, 30))
def test_batches_decide_nothing_but_the_most_frequent_way(
    items: list[Demonstration], cut: int
) -> None:
    """In two batches as many are kept as in one, and no shorter one is missing."""
    at_once, _ = keep_few(items, ROOMY)
    first, _ = keep_few(items[:cut], ROOMY)
    then, _ = keep_few([*first, *items[cut:]], ROOMY)

    assert len(shown(at_once) - shown(then)) <= ROOMY.structures_per_goal
    assert len(then) == len(at_once)


def test_different_ways_come_before_another_of_one_way() -> None:
    """Three ways are kept rather than the three shortest."""
    items = [
        a_success("a", WAYS[0], noun="cup"),
        a_success("b", WAYS[0], noun="pen"),
        a_success("c", WAYS[0], noun="key"),
        a_success("d", WAYS[1], steps=5),
        a_success("e", WAYS[2], steps=6),
    ]

    assert shown(keep_few(items, ROOMY).items) == {"a", "d", "e"}


def test_the_shortest_ways_are_kept() -> None:
    """A way that takes more steps than those that are kept goes into the one most like it."""
    items = [a_success(f"e{size}", WAYS[size], steps=9 - size) for size in range(4)]

    kept, merged = keep_few(items, ROOMY)

    assert shown(kept) == {"e1", "e2", "e3"}
    assert merged == {"e0": "e1"}


def test_the_most_frequent_way_keeps_its_place() -> None:
    """However long, what most successes did is shown."""
    often = [a_success(f"often{number}", WAYS[3], steps=9) for number in range(3)]
    items = [*often, *(a_success(f"e{size}", WAYS[size]) for size in range(3))]

    assert "often0" in shown(keep_few(items, ROOMY).items)


def test_a_shorter_one_takes_the_place_of_a_longer_one() -> None:
    """It rests on the episodes of both."""
    (kept,) = keep_few([a_success("long", steps=9), a_success("short", steps=2)], ROOMY).items

    assert kept.episode_ids == ("short", "long")
    assert len(kept.steps) == 2


def test_what_was_replayed_comes_before_what_is_short() -> None:
    """A plan that was tried again is worth more than a shorter one that was not."""
    tried = a_success("tried", steps=5)
    short = a_success("short", steps=2).model_copy(update={"verified": "unverified"})

    (kept,) = keep_few([short, tried], ROOMY).items

    assert kept.episode_ids == ("tried", "short")


def test_goals_of_another_form_stay_apart() -> None:
    """What is kept of one masked goal takes nothing from another."""
    items = [a_success(goal, goal=goal) for goal in (GOAL, "find <A>.")]

    assert shown(keep_few(items, ROOMY).items) == shown(items)


def test_an_item_names_no_more_than_its_limit() -> None:
    """Once all that are kept name their most, a further success like them changes nothing."""
    tight = ConsolidationConfig(episodes_per_demonstration=2)
    kept, _ = keep_few([a_success("a"), a_success("b")], tight)
    again, merged = keep_few([*kept, a_success("c")], tight)

    assert [item.episode_ids for item in kept] == [("a", "b")]
    assert all(one is other for one, other in zip(kept, again, strict=True))
    assert merged == {"c": "a"}
