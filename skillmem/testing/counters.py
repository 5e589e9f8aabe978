"""A token counter without a table, and the contract that every counter keeps."""

from __future__ import annotations

from skillmem.protocols import TokenCounter


class WordCounter:
    """Counts words, as parted by white space."""

    @property
    def name(self) -> str:
        """Identify the counter."""
        return "words"

    def count(self, text: str) -> int:
        """Count the words of `text`."""
        return len(text.split())


class TokenCounterContract:
    """What any `TokenCounter` promises. Subclass it, and give `make_counter`."""

    def make_counter(self) -> TokenCounter:
        """Make the counter under test."""
        raise NotImplementedError

    def test_the_empty_text_has_no_tokens(self) -> None:
        """Nothing costs nothing."""
        assert self.make_counter().count("") == 0, "count 0 for the empty text; add no frame"

    def test_counting_twice_agrees(self) -> None:
        """The same text has the same count, whichever counter of that name counts it."""
        text = "You open the fridge 1. In it, you see an egg 2 and a lettuce 1.\n"

        first = self.make_counter()

        assert first.count(text) == first.count(text) == self.make_counter().count(text), (
            "let the count depend on the text alone; another way of counting needs another name"
        )

    def test_more_text_has_more_tokens(self) -> None:
        """A text said ten times has more tokens than the text said once."""
        counter = self.make_counter()

        assert counter.count("take the mug\n" * 10) > counter.count("take the mug\n") > 0, (
            "count all of a text"
        )

    def test_special_tokens_are_plain_text(self) -> None:
        """What looks like a special token is counted, not refused."""
        assert self.make_counter().count("<|endoftext|> <|im_start|>") > 0, (
            "count special tokens as the plain text that they are in a memory"
        )

    def test_any_character_can_be_counted(self) -> None:
        """Control characters, emoji and U+FFFD raise nothing."""
        assert self.make_counter().count("\x00\x1b[31m 🍏\u200d🍎 \ufffd") > 0, (
            "count what can't be encoded too, as a replacement"
        )

    def test_the_name_is_stable(self) -> None:
        """Two counters of one kind share a name, which is not empty."""
        assert self.make_counter().name == self.make_counter().name != "", (
            "name the counter after its way of counting, the same each time"
        )
