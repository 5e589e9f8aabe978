"""An embedder without a model, and the contract that every embedder keeps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from skillmem.protocols import Embedder, Vector, Vectors

_WORD = re.compile(r"\w+|<\w+>")


class HashingEmbedder:
    """Embeds a text as its bag of words, each word a fixed random direction."""

    def __init__(self, dimensions: int = 64) -> None:
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        """Identify the embedder and its dimensions."""
        return f"hashing-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """Tell the length of a vector."""
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` as float32 rows of shape (len(texts), dimensions), of length 1 or 0."""
        rows = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for place, text in enumerate(texts):
            words = _WORD.findall(text.lower())
            rows[place] = sum((_direction(word, self._dimensions) for word in words), rows[place])
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


@lru_cache(maxsize=8192)
def _direction(word: str, dimensions: int) -> Vector:
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(seed).standard_normal(dimensions).astype(np.float32)


class EmbedderContract:
    """What any `Embedder` promises. Subclass it, and give `make_embedder`."""

    def make_embedder(self) -> Embedder:
        """Make the embedder under test."""
        raise NotImplementedError

    def test_rows_match_the_texts(self) -> None:
        """One float32 row for each text, as long as announced."""
        embedder = self.make_embedder()

        rows = embedder.embed(["open the fridge", "close the drawer", "look"])

        assert rows.shape == (3, embedder.dimensions), "give a row for each text, `dimensions` long"
        assert rows.dtype == np.float32, "give the rows as float32"

    def test_no_texts_give_no_rows(self) -> None:
        """Embedding nothing is fine."""
        embedder = self.make_embedder()

        assert embedder.embed([]).shape == (0, embedder.dimensions), (
            "give an array of no rows for no texts"
        )

    def test_rows_have_length_one(self) -> None:
        """Every row of a text with words is a unit vector."""
        rows = self.make_embedder().embed(["put a clean apple in fridge.", "apple " * 9000])

        assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5), (
            "divide each row by its length"
        )

    def test_a_text_without_words_is_zero(self) -> None:
        """The empty text and blanks become zero rows, beside others that don't."""
        rows = self.make_embedder().embed(["", " \n\t ", "apple"])

        assert not rows[:2].any(), "give a zero row for a text without words"
        assert rows[2].any(), "let a text without words leave its neighbours alone"

    def test_neighbours_change_nothing(self) -> None:
        """A text's row is the same alone and in company."""
        embedder = self.make_embedder()

        alone = embedder.embed(["heat some egg"])[0]
        company = embedder.embed(["a much longer text about something else", "heat some egg"])[1]

        assert np.array_equal(alone, company), (
            "embed each text by itself: padding or batching must not change its row by a bit"
        )

    def test_likeness_is_kept(self) -> None:
        """A text is nearer to one that shares its words than to one that shares none."""
        near, text, far = self.make_embedder().embed(
            ["put a clean apple in fridge", "put a clean apple on table", "quarterly tax report"]
        )

        assert near @ text > far @ text, "let texts that share words be nearer than strangers"

    def test_the_name_is_stable(self) -> None:
        """Two embedders of one kind share a name, which is not empty."""
        assert self.make_embedder().name == self.make_embedder().name != "", (
            "name the embedder after its model and dimensions, the same each time"
        )
