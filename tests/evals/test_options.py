"""Options that reach the functions that make environments and agents."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, JsonValue

from skillmem.errors import InvalidOption
from skillmem.evals.loading import load_agent, load_suite
from skillmem.evals.options import accepted


class Opaque:
    """Something that no JSON can be held against."""


def a_maker(  # type: ignore[no-untyped-def]  # noqa: PLR0917 - it shows each kind
    steps: int = 50,
    heat: float = 0.1,
    model: str = "",
    place: Path = Path(),
    kind: Literal["mean", "sum"] = "mean",
    params: str | Mapping[str, str] = "",
    names: tuple[str, ...] = (),
    tries: Annotated[int, Field(ge=1)] = 1,
    anything=None,  # noqa: ANN001
    opaque: Opaque | None = None,
    lost: Nowhere = None,  # type: ignore[name-defined]  # noqa: F821
) -> None:
    """Take options of every kind."""


@pytest.mark.parametrize(
    ("name", "given", "taken"),
    [
        ("steps", 30, 30),
        ("heat", 1, 1.0),
        ("model", "./a.gguf", "./a.gguf"),
        ("place", "./a", Path("a")),
        ("kind", "sum", "sum"),
        ("params", {"coin": "a=1"}, {"coin": "a=1"}),
        ("names", ["a", "b"], ("a", "b")),
        ("anything", [1], [1]),
        ("opaque", "as it is", "as it is"),
        ("lost", "as it is", "as it is"),
    ],
)
def test_what_fits_is_taken(name: str, given: JsonValue, taken: object) -> None:
    """A value that its annotation accepts arrives as such; without one, as it is."""
    assert accepted("here:make", a_maker, {name: given}) == {name: taken}


@pytest.mark.parametrize(
    ("name", "given", "told"),
    [
        ("steps", "ten", "valid integer; it takes int, by default 50"),
        ("steps", True, "valid integer"),
        ("steps", 1.5, "it takes int"),
        ("heat", "hot", "it takes float, by default 0.1"),
        ("model", 3, """it takes str, by default ''; as a text it is written model='"3"'"""),
        ("kind", "max", "'mean' or 'sum'"),
        ("tries", 0, "greater than or equal to 1"),
        ("names", "a", "it takes tuple[str, ...]"),
    ],
)
def test_what_does_not_fit_is_told(name: str, given: JsonValue, told: str) -> None:
    """The option, its value and what is accepted are named."""
    with pytest.raises(InvalidOption) as caught:
        accepted("here:make", a_maker, {name: given})

    assert str(caught.value).startswith(f"option {name!r} of 'here:make' can't be {given!r}: ")
    assert told in str(caught.value)


def test_functions_that_take_anything_or_tell_nothing() -> None:
    """What a function collects under any name is passed on; so is what C code takes."""

    def loose(*, steps: int = 1, **rest: Any) -> None:
        """Take anything."""

    assert accepted("here:make", loose, {"steps": 2, "more": "x"}) == {"steps": 2, "more": "x"}
    with pytest.raises(InvalidOption, match="'steps'"):
        accepted("here:make", loose, {"steps": "x", "more": "x"})
    assert accepted("builtins:dict", dict, {"a": 1}) == {"a": 1}


@pytest.mark.parametrize(
    ("load", "path", "options"),
    [
        (load_suite, "envs.household:make", {"max_steps": "ten"}),
        (load_suite, "envs.alfworld:make", {"max_steps": "ten"}),
        (load_suite, "envs.scienceworld:make", {"task": 3}),
        (load_suite, "envs.textworld_express:make", {"max_steps": "ten"}),
        (load_agent, "agents.case_based:make", {"temperature": "hot"}),
        (load_agent, "agents.langgraph_agent:make", {"recursion_limit": "ten"}),
        (load_agent, "agents.lm_ranking:make", {"scoring": "max"}),
        (load_agent, "agents.chat:make", {"tries": "ten"}),
    ],
)
def test_what_comes_with_the_repository_is_held_to_its_types(
    load: Any, path: str, options: dict[str, JsonValue]
) -> None:
    """A wrong type is refused by name before any engine, model or server is looked for."""
    with pytest.raises(InvalidOption, match=f"option '{next(iter(options))}' of '{path}'"):
        load(path, options)
