"""Goals without their entities."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skillmem.structure import LearntEntityFinder, mask_goal
from skillmem.structure.masking import slot
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
