"""A line of JSON to a record."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import ValidationError

Parsed = TypeVar("Parsed")


def parse_json(
    raw: bytes, from_text: Callable[[bytes], Parsed], from_value: Callable[[Any], Parsed]
) -> Parsed:
    r"""Parse one line; half of a surrogate pair (`"\ud83d"`) is left to the record to replace.

    Raises:
        ValidationError: the line is no JSON, or not of the record.
    """
    try:
        return from_text(raw)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] != "json_invalid":
            raise
        try:
            value = json.loads(raw)
        except (ValueError, RecursionError):
            raise error from None
        return from_value(value)


def reason(error: ValidationError) -> str:
    """Say in one line what pydantic found wrong first."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else first["msg"]
