"""Texts and JSON values as records take them: clean, and small enough to be read again."""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from typing import Any

from skillmem.errors import TextTooLong, UnstorableValue

MAX_TEXT_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 64
MAX_BITS = 4096
SURROGATES = re.compile("[\ud800-\udfff]")


def clean_text(value: Any) -> Any:
    """Replace lone surrogates by U+FFFD, and refuse a text above 16 MiB.

    Raises:
        TextTooLong: the text takes more than 16 MiB in UTF-8.
    """
    if not isinstance(value, str) or (value.isascii() and len(value) <= MAX_TEXT_BYTES):
        return value
    encoded = value.encode("utf-8", errors="surrogatepass")
    if len(encoded) > MAX_TEXT_BYTES:
        size = len(encoded) / 1024 / 1024
        raise TextTooLong(
            f"a text of {size:.1f} MiB, beginning {value[:40]!r}, exceeds 16 MiB; "
            "store it elsewhere and record a reference to it"
        )
    cleaned = SURROGATES.sub("�", value)
    if cleaned != value:
        warnings.warn(
            f"replaced lone surrogates by U+FFFD in a text beginning {cleaned[:40]!r}",
            UnicodeWarning,
            stacklevel=3,
        )
    return cleaned


def clean_json(value: Any, depth: int = 0) -> Any:
    """Apply `clean_text` to every string of a JSON value, keys included.

    Raises:
        UnstorableValue: it is nested too deeply, or a number in it is too long.
    """
    if depth > MAX_DEPTH:
        raise UnstorableValue(
            f"a JSON value is nested more than {MAX_DEPTH} levels deep; flatten it, or record it "
            "as a text"
        )
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {clean_text(key): clean_json(entry, depth + 1) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [clean_json(entry, depth + 1) for entry in value]
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise UnstorableValue(
            f"a JSON value holds a number of {value.bit_length()} bits; record it as a text"
        )
    return value
