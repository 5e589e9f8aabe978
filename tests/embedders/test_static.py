"""The default embedder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec

import numpy as np
import pytest

from skillmem.embedders import StaticEmbedder, static
from skillmem.errors import MissingEmbedder
from skillmem.protocols import Embedder
from skillmem.testing.embedders import EmbedderContract, HashingEmbedder

TEXTS = [
    "put a clean apple in fridge.",
    "Hold the clock and turn on the lamp.",
    "put a hot <A> in <B>.",
    "naïve café 東京 🍏 <|endoftext|>",
    "look",
]


class TestStaticEmbedder(EmbedderContract):
    """The static embedder keeps the contract."""

    def make_embedder(self) -> Embedder:
        """Make the embedder under test."""
        return StaticEmbedder()


class TestHashingEmbedder(EmbedderContract):
    """The fake embedder keeps the contract."""

    def make_embedder(self) -> Embedder:
        """Make the embedder under test."""
        return HashingEmbedder()


def test_agrees_with_the_package_itself() -> None:
    """The vectors are those that WordLlama gives, up to rounding."""
    program = (
        "import json, sys, numpy, wordllama.inference as i\n"
        "from pathlib import Path\n"
        "from safetensors.numpy import load_file\n"
        "from tokenizers import Tokenizer\n"
        "home = Path(i.__file__).parent\n"
        "weights = load_file(home / 'weights/l2_supercat_256.safetensors')['embedding.weight']\n"
        "names = Tokenizer.from_file(str(home / 'tokenizers/l2_supercat_tokenizer_config.json'))\n"
        "model = i.WordLlamaInference(weights, names)\n"
        "print(json.dumps(model.embed(json.loads(sys.argv[1]), norm=True).tolist()))\n"
    )

    theirs = json.loads(
        subprocess.run(
            [sys.executable, "-c", program, json.dumps(TEXTS)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )

    cosines = np.sum(StaticEmbedder().embed(TEXTS) * np.asarray(theirs), axis=1)
    assert (cosines > 0.9999).all()


def test_names_package_version_and_dimensions() -> None:
    """The name tells which vectors were stored, so that others are never mixed in."""
    assert StaticEmbedder().name.startswith("wordllama-0.")
    assert StaticEmbedder().name.endswith("-256")


def test_very_long_texts_are_bounded() -> None:
    """What comes after the first thousands of characters does not count."""
    head = "apple " * 2000

    first, second = StaticEmbedder().embed([head, head + "fridge " * 100_000])

    assert np.array_equal(first, second)


@pytest.mark.parametrize("folders", [None, ["/nowhere"]])
def test_a_missing_package_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, folders: Sequence[str] | None
) -> None:
    """Without the package, or without its files, the error names what to install."""
    spec = None if folders is None else ModuleSpec("wordllama", None, is_package=True)
    if spec is not None and folders is not None:
        spec.submodule_search_locations = list(folders)
    monkeypatch.setattr(static, "find_spec", lambda _: spec)

    with pytest.raises(MissingEmbedder, match="pip install wordllama"):
        StaticEmbedder()


def test_the_package_itself_is_never_imported() -> None:
    """Importing WordLlama would reconfigure the root logger; only its files are read."""
    program = (
        "import sys; from skillmem.embedders import StaticEmbedder as S\n"
        "assert 'tokenizers' not in sys.modules\n"
        "assert S().embed(['apple']).any() and 'wordllama' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", program], check=True)
