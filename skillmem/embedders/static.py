"""The default embedder: static word vectors that travel inside a package."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from skillmem.errors import MissingEmbedder
from skillmem.protocols import Vectors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DIMENSIONS = 256
MAXIMUM_CHARACTERS = 8_192
WEIGHTS = Path("weights", "l2_supercat_256.safetensors")
TOKENIZER = Path("tokenizers", "l2_supercat_tokenizer_config.json")


class StaticEmbedder:
    """Embeds a text as the mean of its tokens' vectors, of length 1, in 256 dimensions.

    Weights and tokenizer are WordLlama's, read from the installed package `wordllama`
    without importing it (its import reconfigures the root logger). Only the first 8,192
    characters of a text count.

    Raises:
        MissingEmbedder: the package is not installed, or lacks its files.
    """

    def __init__(self) -> None:
        self._folder = _find_package()
        self._name = f"wordllama-{version('wordllama')}-{DIMENSIONS}"

    @property
    def name(self) -> str:
        """Identify the package, its version and the dimensions."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Tell the length of a vector: 256."""
        return DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` as float32 rows of shape (len(texts), 256), each of length 1 or 0."""
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = _load(self._folder).embed(text[:MAXIMUM_CHARACTERS])
        return rows


class _Model(NamedTuple):
    """Token vectors, shape (vocabulary, 256), and the tokenizer that indexes them."""

    weights: NDArray[np.float32]
    tokenizer: Tokenizer

    def embed(self, text: str) -> NDArray[np.float32]:
        """Embed one text; a blank one as zeros."""
        tokens = self.tokenizer.encode(text, add_special_tokens=False).ids if text.strip() else []
        if not tokens:
            return np.zeros(DIMENSIONS, dtype=np.float32)
        total: NDArray[np.float32] = self.weights.take(tokens, axis=0, mode="clip").sum(axis=0)
        length = float(np.sqrt(total @ total))
        return total / length if length else total


def _find_package() -> Path:
    spec = find_spec("wordllama")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in map(Path, folders):
        if (folder / WEIGHTS).is_file() and (folder / TOKENIZER).is_file():
            return folder
    raise MissingEmbedder(
        "the default embedder reads its weights from the package 'wordllama', which "
        f"{'lacks ' + str(WEIGHTS) if folders else 'is not installed'}; run "
        "`pip install wordllama==0.4.0.post1`, or pass another embedder"
    )


@cache
def _load(folder: Path) -> _Model:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    weights = load_file(folder / WEIGHTS)["embedding.weight"].astype(np.float32)
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return _Model(weights=np.ascontiguousarray(weights), tokenizer=tokenizer)
