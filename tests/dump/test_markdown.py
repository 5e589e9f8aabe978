"""Markdown is for reading: everything is there, and nothing in it can act."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillmem.dump import dump_markdown, markdown, overview
from skillmem.dump.escaping import code, fenced, inline
from skillmem.stores import SqlStore
from tests.dump.contents import contents

AB = ("a", "b")
GOLDEN = Path(__file__).parent.parent / "golden" / "dump.md"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    """Open a store with one namespace in which everything occurs."""
    store = SqlStore.open(tmp_path / "full")
    store.restore(contents(AB))
    yield store
    store.close()


def test_golden(store: SqlStore, tmp_path: Path) -> None:
    """The Markdown of a memory in which everything occurs, word for word."""
    path = tmp_path / "memory.md"

    dump_markdown(store, AB, path)

    assert path.read_text(encoding="utf-8") == GOLDEN.read_text(encoding="utf-8")


def test_nothing_in_it_can_act(store: SqlStore) -> None:
    """Outside the fences there is no heading, tag, link or control that we did not write."""
    text = "".join(markdown(store, AB))
    outside = re.sub(r"^(`{3,})text\n.*?^\1\n", "", text, flags=re.DOTALL | re.MULTILINE)

    headings = re.findall(r"^#+ (.*)$", outside, flags=re.MULTILINE)
    assert [heading for heading in headings if "Forged" in heading] == []
    assert "<" not in outside.replace(r"\<", "")
    assert all(char == "\n" or char.isprintable() for char in text)


@given(st.text())
def test_a_fence_outlasts_what_it_holds(text: str) -> None:
    """No line inside is a fence that could close the block."""
    first, *_ = fenced(text).split("text\n", 1)

    assert set(first) == {"`"}
    assert first not in text
    assert fenced(text).endswith(f"\n{first}\n")


@given(st.text(alphabet="`*_[]()<>#|\\!&a 1.-+~$"))
def test_inline_text_reads_as_it_is(text: str) -> None:
    """Taking the backslashes away gives the text back, and no special stands without one."""
    escaped = inline(text)

    assert re.sub(r"\\(.)", r"\1", escaped) == text
    assert not re.search(r"[`*_\[\]<>#|]", re.sub(r"\\.", "", escaped))


@given(st.text(alphabet="`|a\\ <"))
def test_an_id_cannot_leave_its_cell(text: str) -> None:
    """No id ends a table's cell or opens a tag."""
    shown = re.sub(r"\\.", "", code(text))

    assert "|" not in shown
    assert not shown.startswith("<")


def test_figures_add_up(store: SqlStore) -> None:
    """Every episode is consolidated, skipped, waiting or running; every item shown or retired."""
    counts = overview(store, AB)

    assert counts.episodes == 4
    assert (counts.consolidated, counts.skipped, counts.waiting, counts.running) == (2, 1, 1, 0)
    assert counts.judged == 3
    assert counts.reasons == {"no verdict | from `outside`": 1}
    assert {kind: (n.shown, n.retired) for kind, n in counts.items.items()} == {
        "demonstration": (1, 0),
        "lesson": (0, 1),
    }
