"""A local language model in a GGUF file, through llama.cpp: how likely is each continuation?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.files import digest
from agents.tries import ROOT, Node, Trie, build_trie
from skillmem.errors import InvalidOption
from skillmem.extras import missing_extra

PACKAGE = "llama-cpp-python"
MOST_BRANCHES = 192
"""Sequences of one batch; llama.cpp allows 256."""
BATCH = 512
KEPT = 0
"""The sequence in whose name the prompt stays in the cache."""

Tokens = tuple[int, ...]
Likelihoods = NDArray[np.float64]


class ModelFile(NamedTuple):
    """A model and how it is run. Two that are equal share one model in memory."""

    path: Path
    context_tokens: int
    threads: int


class Llama:
    """A model with one prompt in its cache: what a new prompt shares with it isn't read again."""

    def __init__(self, file: ModelFile) -> None:
        self._cpp = _llama_cpp()
        self._path = file.path
        self._room = file.context_tokens
        self._model = self._load(file.path)
        self._vocabulary = self._cpp.llama_model_get_vocab(self._model)
        self._size = int(self._cpp.llama_vocab_n_tokens(self._vocabulary))
        self._context = self._open(file)
        self._memory = self._cpp.llama_get_memory(self._context)
        self._batch = self._cpp.llama_batch_init(BATCH, 0, MOST_BRANCHES + 1)
        self._cached: list[int] = []
        self._evaluated = 0
        self.tokenise = lru_cache(maxsize=8192)(self._tokenise)

    @property
    def room(self) -> int:
        """Tell how many tokens fit: those of a prompt and of what is laid behind it."""
        return self._room

    @property
    def evaluated(self) -> int:
        """Tell how many tokens were read so far, those that the cache held not counted."""
        return self._evaluated

    def fingerprint(self) -> str:
        """Identify the model by its file's content, and llama.cpp by its release."""
        return fingerprint(self._path)

    def begin(self) -> Tokens:
        """Give what every prompt of this model begins with, if anything."""
        if not self._cpp.llama_vocab_get_add_bos(self._vocabulary):
            return ()
        return (int(self._cpp.llama_vocab_bos(self._vocabulary)),)

    def forget(self) -> None:
        """Empty the cache: what comes is read as if nothing had been read before."""
        self._cpp.llama_memory_seq_rm(self._memory, KEPT, -1, -1)
        self._cached.clear()

    def likelihoods(
        self, prompt: Sequence[int], continuations: Sequence[Tokens]
    ) -> list[Likelihoods]:
        """Give the log-probability of every token of each continuation of `prompt`."""
        root = self._read(prompt)
        found: list[Likelihoods] = []
        for start in range(0, len(continuations), MOST_BRANCHES):
            found += self._branches(root, continuations[start : start + MOST_BRANCHES])
        return found

    def _read(self, prompt: Sequence[int]) -> NDArray[np.float32]:
        """Bring the cache to hold `prompt`, and give what the model predicts after it."""
        shared = min(_common(self._cached, prompt), len(prompt) - 1)
        self._cpp.llama_memory_seq_rm(self._memory, KEPT, shared, -1)
        del self._cached[shared:]
        rest = prompt[shared:]
        for start in range(0, len(rest), BATCH):
            part = rest[start : start + BATCH]
            nodes = [Node(token, ROOT, depth, (KEPT,)) for depth, token in enumerate(part)]
            self._decode(nodes, after=len(self._cached), wanted={len(part) - 1})
            self._cached.extend(part)
        return self._predicted(len(part) - 1).copy()  # the next batch writes over it

    def _branches(
        self, root: NDArray[np.float32], continuations: Sequence[Sequence[int]]
    ) -> list[Likelihoods]:
        trie = build_trie(continuations)
        wanted = _asked(trie, continuations)
        scores: dict[tuple[int, int], float] = {}
        _note(scores, ROOT, wanted, root)
        for branch in range(1, len(continuations) + 1):
            self._cpp.llama_memory_seq_cp(self._memory, KEPT, branch, -1, -1)
        for start in range(0, len(trie.nodes), BATCH):
            part = trie.nodes[start : start + BATCH]
            self._decode(
                [node._replace(members=tuple(n + 1 for n in node.members)) for node in part],
                after=len(self._cached),
                wanted=set(range(len(part))),
            )
            for offset in range(len(part)):
                _note(scores, start + offset, wanted, self._predicted(offset))
        for branch in range(1, len(continuations) + 1):
            self._cpp.llama_memory_seq_rm(self._memory, branch, -1, -1)
        return [
            np.array([scores[place, token] for place, token in zip(path, sequence, strict=True)])
            for path, sequence in zip(trie.paths, continuations, strict=True)
        ]

    def _decode(self, nodes: Sequence[Node], *, after: int, wanted: set[int]) -> None:
        batch = self._batch
        batch.n_tokens = len(nodes)
        for row, node in enumerate(nodes):
            batch.token[row] = node.token
            batch.pos[row] = after + node.depth
            batch.n_seq_id[row] = len(node.members)
            for place, member in enumerate(node.members):
                batch.seq_id[row][place] = member
            batch.logits[row] = row in wanted
        code = self._cpp.llama_decode(self._context, batch)
        if code:
            raise RuntimeError(f"llama.cpp could not read {len(nodes)} tokens (code {code})")
        self._evaluated += len(nodes)

    def _predicted(self, row: int) -> NDArray[np.float32]:
        pointer = self._cpp.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, shape=(self._size,))

    def _tokenise(self, text: str) -> Tokens:
        """Split a text into tokens; what looks like a special token is plain text."""
        data = text.encode("utf-8", errors="replace")
        space = len(data) + 8
        buffer = (self._cpp.llama_token * space)()
        count = self._cpp.llama_tokenize(
            self._vocabulary, data, len(data), buffer, space, False, False
        )
        return tuple(buffer[:count])

    def _load(self, path: Path) -> Any:
        if not path.is_file():
            raise InvalidOption(
                f"there is no model {str(path)!r}; name a GGUF file (`make models` fetches some)"
            )
        parameters = self._cpp.llama_model_default_params()
        parameters.use_extra_bufts = False
        model = self._cpp.llama_model_load_from_file(os.fsencode(path), parameters)
        if not model:
            raise InvalidOption(f"llama.cpp can't read {str(path)!r}; name a whole GGUF file")
        return model

    def _open(self, file: ModelFile) -> Any:
        cpp = self._cpp
        parameters = cpp.llama_context_default_params()
        parameters.n_ctx = file.context_tokens
        parameters.n_batch = parameters.n_ubatch = BATCH
        parameters.n_seq_max = MOST_BRANCHES + 1
        parameters.n_threads = parameters.n_threads_batch = file.threads
        parameters.kv_unified = True
        parameters.flash_attn_type = cpp.LLAMA_FLASH_ATTN_TYPE_DISABLED
        parameters.swa_full = True
        parameters.no_perf = True
        return cpp.llama_init_from_model(self._model, parameters)


@lru_cache(maxsize=1)
def open_llama(file: ModelFile) -> Llama:
    """Load a model once a process."""
    return Llama(file)


def fingerprint(model: Path) -> str:
    """Identify a model file's content, and the release that reads it."""
    try:
        release = version(PACKAGE)
    except PackageNotFoundError:
        release = "unknown"
    return f"{PACKAGE} {release}, {digest(model)}"


def _common(one: Sequence[int], other: Sequence[int]) -> int:
    count = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        count += 1
    return count


def _asked(trie: Trie, sequences: Sequence[Sequence[int]]) -> dict[int, set[int]]:
    """Say which tokens' log-probabilities are read at which place."""
    asked: dict[int, set[int]] = {}
    for path, sequence in zip(trie.paths, sequences, strict=True):
        for place, token in zip(path, sequence, strict=True):
            asked.setdefault(place, set()).add(token)
    return asked


def _note(
    scores: dict[tuple[int, int], float],
    place: int,
    asked: dict[int, set[int]],
    logits: NDArray[np.float32],
) -> None:
    highest = float(logits.max())
    total = highest + float(np.log(np.exp(logits - highest).sum(dtype=np.float64)))
    for token in asked.get(place, ()):
        scores[place, token] = float(logits[token]) - total


@lru_cache(maxsize=1)
def _llama_cpp() -> ModuleType:
    try:
        llama_cpp = import_module("llama_cpp")
    except ImportError as error:
        raise missing_extra("a local model needs llama-cpp-python", "llama") from error
    silent = llama_cpp.llama_log_callback(lambda level, text, data: None)  # noqa: ARG005
    llama_cpp.llama_log_set(silent, None)
    _kept_alive.append(silent)
    return llama_cpp


_kept_alive: list[object] = []
"""What llama.cpp calls back, and Python must not collect."""
