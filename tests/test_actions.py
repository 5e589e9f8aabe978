"""Calls of tools in words, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from skillmem.actions import action_text, read_call
from skillmem.types import Step

NAMES = st.text("abcxyz_", min_size=1, max_size=6)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


@given(NAMES, st.dictionaries(NAMES, VALUES, max_size=4))
def test_a_call_reads_back(tool: str, arguments: dict[str, JsonValue]) -> None:
    """What a prompt shows of a call is the call again, whatever its values."""
    step = Step(action="", observation="", tool=tool, arguments=arguments)

    read = read_call(action_text(step))

    assert read is not None
    assert (read.tool, read.arguments) == (tool, arguments)


@pytest.mark.parametrize(
    "text", ["", "look", "go to shelf 1", "look(around)", "pay(order=A-17)", "pay(1)", "f(x=1) y"]
)
def test_what_is_no_call_is_none(text: str) -> None:
    """Commands, and calls whose values are no JSON, stay what they are."""
    assert read_call(text) is None
