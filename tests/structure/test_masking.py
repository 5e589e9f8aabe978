"""Goals without their entities."""

from __future__ import annotations

from string import ascii_letters

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmem.structure import LearntEntityFinder, mask_goal
from skillmem.structure.masking import READ_CHARACTERS, Masked, common_templates, mask, slot
from skillmem.types import Lexicon

FINDER = LearntEntityFinder()
KNOWN = Lexicon(
    entities=("apple", "fridge", "desk lamp"),
    operations=("put", "cool", "to"),
    goals=("put a clean <A> in <B>.", "put a <A> in <B>.", "look at <A> under the <B>."),
)


def masked(goal: str, lexicon: Lexicon = KNOWN) -> str:
    """Mask with the learnt finder."""
    return mask_goal(goal, finder=FINDER, lexicon=lexicon)


def test_slots_go_by_first_appearance() -> None:
    """The same entity keeps its slot, whatever number or plural it has."""
    goal = "put two apples in fridge 1, then an apple 2 under the desk lamp"

    assert masked(goal) == "put two <A> in <B>, then an <A> under the <C>"


def test_a_goal_about_things_never_seen_masks_like_its_siblings() -> None:
    """A slot of a known masked goal stands for up to three unknown words."""
    assert masked("put a clean blicket in fridge.") == "put a clean <A> in <B>."
    assert masked("Put a clean old blicket in wug.") == "put a clean <A> in <B>."


def test_known_words_are_not_taken_for_entities() -> None:
    """A word of other goals keeps goals of different kinds apart."""
    assert masked("put a clean apple in the fridge.") == "put a clean <A> in the <B>."
    assert masked("put a cool apple in fridge.") == "put a cool <A> in <B>."


def test_a_literal_slot_is_not_taken_for_one() -> None:
    """What looks like a slot in a goal is written in small letters."""
    assert masked("put <B> in the box 3") == "put <b> in the box <A>"
    assert masked("put <A> in fridge.") == "put <a> in <A>."


def test_marks_within_a_known_name_belong_to_it() -> None:
    """Apostrophes, hyphens, dots and commas don't cut a name that is known as a whole."""
    known = Lexicon(entities=("tom's cup", "rome italy", "dr smith", "x-ray", "tom"))

    assert masked("bring Tom's cup to Rome, Italy", known) == "bring <A> to <B>"
    assert masked("ask Dr. Smith for Tom's x-ray", known) == "ask <A> for <B>'s <C>"


@given(st.text(max_size=80))
def test_no_digit_remains(goal: str) -> None:
    """Whatever the goal, its masked form has no digit."""
    assert not any(char.isdecimal() for char in masked(goal))


@given(st.integers(0, 2000), st.integers(0, 2000))
def test_slots_differ(one: int, other: int) -> None:
    """Every slot has a name of its own, of letters only."""
    assert (slot(one) == slot(other)) == (one == other)
    assert slot(one)[1:-1].isalpha()


def test_a_goal_of_thousands_of_words_is_masked() -> None:
    """However many words a goal has, it is masked, and is no template for others."""
    long = "do " + "very " * 3_000 + "well"

    assert masked(long) == masked(long + " indeed")
    assert common_templates([long, "put <A>"], {"put"}) == (long, "put <A>")
    assert masked("put wug", Lexicon(operations=("put",), goals=(long, "put <A>"))) == "put <A>"


def test_a_search_that_takes_too_long_finds_nothing() -> None:
    """A goal of many unknown words is not tried in every way against many slots."""
    slots = " ".join(map(slot, range(30)))
    known = Lexicon(operations=("put",), goals=(f"put {slots} in a box",))
    goal = f"put {' '.join(f'wug{letter}' for letter in ascii_letters)} in a hat"

    assert masked(goal, known) == goal


@pytest.mark.parametrize(
    "goal", ["a" * 1_000_000, " ".join(map(str, range(200_000)))], ids=["letters", "numbers"]
)
def test_only_the_head_of_a_huge_goal_counts(goal: str) -> None:
    """What stands beyond the first characters of a goal is left out."""
    assert masked(goal) == masked(goal[:READ_CHARACTERS])


def test_equal_numbers_within_words_share_a_slot() -> None:
    """What holds a digit and is no word of its own is masked too, each text by one slot."""
    assert mask("a_1-a_1 1 a_1", ()) == Masked("<A>-<A> <B> <A>", ("a_1", "1"))
