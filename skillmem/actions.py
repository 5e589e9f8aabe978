"""What a step did, in words: the same wherever an action is shown or learnt from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from pydantic import JsonValue

from skillmem.types import Step

Scalar = str | int | float
_CALL = re.compile(r"(?P<tool>[^\s()]+)\((?P<arguments>.*)\)", re.DOTALL)
_NAMED = re.compile(r"(?P<name>[^\s=,()]+)\s*=\s*")


def action_text(step: Step) -> str:
    """Write a step's action, and behind it the call of its tool if the action doesn't say it.

    A call whose arguments were not recorded is told by the action's own words, if any.
    """
    said = step.action.strip()
    if not step.tool or (said and step.arguments is None):
        return step.action
    call = call_text(step.tool, step.arguments or {})
    if call in said:
        return step.action
    return call if not said or said.startswith(f"{step.tool}(") else f"{step.action}: {call}"


def read_call(text: str) -> Step | None:
    """Read a tool's call as `call_text` writes it; nothing when the text is none."""
    found = _CALL.fullmatch(text.strip())
    if found is None:
        return None
    arguments: dict[str, JsonValue] = {}
    rest = found["arguments"].strip()
    decoder = json.JSONDecoder()
    while rest:
        named = _NAMED.match(rest)
        if named is None:
            return None
        try:
            value, end = decoder.raw_decode(rest, named.end())
        except ValueError:
            return None
        arguments[named["name"]] = value
        rest = rest[end:].lstrip()
        if rest and not rest.startswith(","):
            return None
        rest = rest[1:].lstrip()
    return Step(action="", observation="", tool=found["tool"], arguments=arguments)


def plain(value: Scalar) -> str:
    """Write a text or a number as JSON does."""
    return json.dumps(value, ensure_ascii=False)


def call_text(
    tool: str, arguments: dict[str, JsonValue], *, scalar: Callable[[Scalar], str] = plain
) -> str:
    """Write a tool's call: ``refund(order="A-17", amount=12)``, each value as JSON.

    `scalar` writes numbers and filled texts; all else is written by its type alone.
    """
    values = (f"{name}={_written(value, scalar)}" for name, value in arguments.items())
    return f"{tool}({', '.join(values)})"


def _written(value: JsonValue, scalar: Callable[[Scalar], str]) -> str:
    if isinstance(value, dict):
        entries = (f"{plain(name)}: {_written(entry, scalar)}" for name, entry in value.items())
        return f"{{{', '.join(entries)}}}"
    if isinstance(value, list):
        return f"[{', '.join(_written(entry, scalar) for entry in value)}]"
    if value is None or isinstance(value, bool) or value == "":
        return json.dumps(value)
    return scalar(value)
