"""Packing blocks under a budget."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skillmem.config import Config, RetrievalConfig
from skillmem.retrieval import Block, Packed, pack
from skillmem.testing.counters import WordCounter
from skillmem.tokens import TiktokenCounter
from skillmem.types import Kind

HEADINGS = 9 + 6


class CharacterCounter:
    """Counts characters, of which separators are some."""

    name = "characters"

    def __init__(self) -> None:
        self.calls = 0

    def count(self, text: str) -> int:
        """Count the characters of `text`."""
        self.calls += 1
        return len(text)


class ContraryCounter:
    """Counts a whole as far more than its parts."""

    name = "contrary"

    def count(self, text: str) -> int:
        """Count the words of `text`, squared."""
        return len(text.split()) ** 2


def words(count: int) -> str:
    """Make a text of so many words."""
    return " ".join(["word"] * count)


def block(name: str, *lengths: int, kind: Kind = "demonstration", score: float = 1.0) -> Block:
    """Make a block whose rungs have so many words."""
    return Block(name, kind, score, tuple(words(length) for length in lengths))


def lesson(name: str, *lengths: int) -> Block:
    """Make a block of the other lane."""
    return block(name, *lengths, kind="lesson")


def pack_words(blocks: Sequence[Block], budget: int, **retrieval: float) -> Packed:
    """Pack under a budget of words."""
    config = Config(retrieval=RetrievalConfig.model_validate(retrieval))
    return pack(blocks, token_budget=budget, counter=WordCounter(), config=config)


def decisions(packed: Packed) -> dict[str, str]:
    """Tell what became of each block."""
    return {line.item_id: line.decision for line in packed.lines}


def test_everything_is_kept_when_there_is_room() -> None:
    """Blocks that fit stand at their longest rung, under their headings."""
    packed = pack_words([block("a", 20, 5), lesson("b", 10)], 1000)

    assert decisions(packed) == {"a": "kept", "b": "kept"}
    assert packed.tokens == 20 + 10 + HEADINGS


@pytest.mark.parametrize("budget", [-5, 0, 1, 8])
def test_less_than_a_wrapper_gives_nothing(budget: int) -> None:
    """A budget of nothing, or of less than a heading, gives the empty text and no error."""
    packed = pack_words([block("a", 3), lesson("b", 9)], budget)

    assert packed.text == ""
    assert packed.tokens == 0
    assert set(decisions(packed).values()) == {"dropped"}
    assert all(line.reason for line in packed.lines)


def test_no_blocks_give_nothing() -> None:
    """Nothing to show is no text."""
    assert pack_words([], 100) == Packed("", 0, ())


def test_a_block_is_shortened_before_it_is_dropped() -> None:
    """What doesn't fit in full is shown at a shorter rung; what fits at none is dropped."""
    packed = pack_words([block("a", 60, 8), block("b", 40)], 30)

    assert decisions(packed) == {"a": "shortened", "b": "dropped"}
    assert packed.tokens == 9 + 8


def test_a_smaller_block_takes_the_place_of_one_that_does_not_fit() -> None:
    """A block too large doesn't keep those behind it from being shown."""
    assert decisions(pack_words([block("a", 99), block("b", 9)], 30)) == {
        "a": "dropped",
        "b": "kept",
    }


def test_lanes_keep_their_share() -> None:
    """Demonstrations can't push lessons out of the lessons' share."""
    packed = pack_words([block("a", 50, 30), lesson("b", 20)], 80, demonstration_share=0.6)

    assert decisions(packed) == {"a": "shortened", "b": "kept"}


def test_a_lane_may_use_what_the_other_leaves() -> None:
    """Room that lessons leave goes to demonstrations, and the other way round."""
    without_lessons = pack_words([block("a", 91)], 100, demonstration_share=0.5)
    without_demonstrations = pack_words([lesson("b", 94)], 100, demonstration_share=0.5)

    assert without_lessons.tokens == without_demonstrations.tokens == 100


@pytest.mark.parametrize(("share", "shown"), [(0.0, "b"), (1.0, "a")])
def test_a_share_of_all_closes_the_other_lane(share: float, shown: str) -> None:
    """A whole share leaves nothing for the other lane, whatever the room."""
    packed = pack_words([block("a", 5), lesson("b", 5)], 1000, demonstration_share=share)

    assert [name for name, decision in decisions(packed).items() if decision == "kept"] == [shown]
    assert [line.reason for line in packed.lines if line.item_id != shown] == [
        f"the lane of {'demonstrations' if shown == 'b' else 'lessons'} is closed"
    ]


def test_lanes_have_a_most() -> None:
    """No more blocks of a lane are shown than the configuration allows."""
    blocks = [block(name, 5) for name in "abc"]

    packed = pack_words(blocks, 1000, maximum_demonstrations=2)

    assert decisions(packed) == {"a": "kept", "b": "kept", "c": "dropped"}
    assert "enough demonstrations" in packed.lines[2].reason


def test_the_exact_size_of_a_text_is_budget_enough() -> None:
    """What takes n tokens without a limit is shown unchanged under a budget of n."""
    blocks = [
        Block("a", "demonstration", 1.0, ("Goal: heat it.\n> heat it\nIt is hot!", "short")),
        Block("b", "lesson", 1.0, ("When the goal reads <A>:\n> heat <A>",)),
    ]
    for counter in (WordCounter(), CharacterCounter(), TiktokenCounter()):
        free = pack(blocks, token_budget=10**18, counter=counter, config=Config())

        exact = pack(blocks, token_budget=free.tokens, counter=counter, config=Config())

        assert exact.text == free.text
        assert free.tokens == counter.count(free.text)


def test_a_counter_that_does_not_add_up_is_obeyed() -> None:
    """The text is counted as a whole: blocks give way until the whole fits."""
    packed = pack(
        [block("a", 5), block("b", 5, 1)],
        token_budget=250,
        counter=ContraryCounter(),
        config=Config(),
    )

    assert packed.tokens == (9 + 5 + 1) ** 2
    assert decisions(packed) == {"a": "kept", "b": "shortened"}


def test_counting_is_spared() -> None:
    """No text is counted twice, and only the final text is counted as a whole."""
    counter = CharacterCounter()
    blocks = [block(name, 30, 20, 10) for name in "abcdef"] + [lesson("z", 15)]

    pack(blocks, token_budget=800, counter=counter, config=Config())

    assert counter.calls <= 3 * 6 + 1 + 2 + 2
