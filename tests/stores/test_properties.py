"""What holds for all texts and all namespaces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skillmem.errors import InvalidNamespace
from skillmem.stores import SqlStore
from skillmem.testing.records import a_success, a_task
from skillmem.types import (
    Episode,
    Namespace,
    Step,
    format_namespace,
    new_id,
    parse_namespace,
    require_namespace,
)

LABELS = st.text("abAB% _-é'", min_size=1, max_size=3)
NAMESPACES = st.lists(LABELS, min_size=1, max_size=3).map(tuple)
KIN: tuple[Namespace, ...] = (("a",), ("ab",), ("a", "b"), ("A",), ("a", "b", "a"), ("a%",), ("_",))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """Give one store for all examples."""
    made = SqlStore.open(tmp_path_factory.mktemp("memory"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def expected() -> dict[Namespace, list[str]]:
    """Give the ids that each namespace is to show, of all examples so far."""
    return {}


@settings(max_examples=20, deadline=None)
@given(namespace=st.sampled_from(KIN) | NAMESPACES)
def test_a_namespace_shows_its_own_and_nothing_else(
    store: SqlStore, expected: dict[Namespace, list[str]], namespace: Namespace
) -> None:
    """However alike two namespaces are spelt, neither sees the other's records."""
    episode = a_success(steps=0)
    store.put_episode(namespace, episode)
    expected.setdefault(namespace, []).append(episode.id)

    for each in {namespace, *KIN}:
        shown = [logged.episode.id for logged in store.episodes(each)]
        assert shown == expected.get(each, [])
    assert store.namespaces() == tuple(sorted(expected))


@settings(max_examples=15, deadline=None)
@given(text=st.text(), metadata=st.dictionaries(st.text(), st.text() | st.floats() | st.integers()))
def test_any_step_comes_back(
    store: SqlStore, text: str, metadata: dict[str, str | float | int]
) -> None:
    """Every text and every number that a record may hold is kept as it is."""
    episode = Episode(id=new_id() + text, task=a_task(text))
    store.open_episode(("texts",), episode)
    step = Step(action=text, observation=text, arguments=dict(metadata))

    for _ in range(2):
        store.append_step(("texts",), episode.id, 0, step)

    kept = store.episode(("texts",), episode.id).episode
    assert repr(kept.steps) == repr((step,))
    assert kept.task == episode.task


@given(namespace=NAMESPACES)
def test_a_namespace_can_be_written_and_read(namespace: Namespace) -> None:
    """What is formatted parses back."""
    assert parse_namespace(format_namespace(namespace)) == namespace
    assert require_namespace(list(namespace)) == namespace


@pytest.mark.parametrize(
    "text", ["", "/", "a/", "/a", "a//b", "a.b", "a/..", "a\n", "a\x00", "\ud800"]
)
def test_an_unusable_label_is_named(text: str) -> None:
    """The message shows the label, and says what one looks like."""
    with pytest.raises(InvalidNamespace, match="a label is printable, not empty"):
        parse_namespace(text)


def test_a_text_is_no_namespace() -> None:
    """A text, whose letters would pass for labels, is refused."""
    with pytest.raises(InvalidNamespace, match="'default' is not a namespace"):
        require_namespace("default")
