"""Bad input gets a clear answer, and nothing is lost."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

from skillmem import (
    Episode,
    InvalidNamespace,
    InvalidOption,
    SkillMemory,
    Step,
    StoreDamaged,
    StoreUnavailable,
    Task,
    TextTooLong,
    UnstorableValue,
)
from skillmem.tokens import TiktokenCounter
from tests.memory.kitchen import WON, clean_steps, clean_task, success


def told(observation: str) -> Episode:
    """Make a success in which one answer is `observation`."""
    first, *rest = clean_steps()
    return Episode(
        task=clean_task(),
        steps=(first.model_copy(update={"observation": observation}), *rest),
        outcome=WON,
    )


@pytest.mark.parametrize(
    "text",
    ["\x00\x1b[31m\x07", "<|endoftext|><|im_start|>", "x" * 10_000_000, "# a\n> b\n\n> c", "🍎́"],
)
def test_any_text_is_kept_and_rendered_safely(memory: SkillMemory, text: str) -> None:
    """Hostile and huge answers are stored whole; the prompt stays bounded and unforged."""
    episode = told(text)
    memory.record(episode)
    memory.consolidate()
    retrieval = memory.retrieve(clean_task("pear"), token_budget=2000)

    (stored,) = memory.episodes()
    assert stored.steps[0].observation == text
    assert retrieval.tokens == TiktokenCounter().count(retrieval.text) <= 2000
    acted = [line for line in retrieval.text.splitlines() if line.startswith("> ")]
    (item,) = memory.items(kind="demonstration")
    assert item.kind == "demonstration"
    assert len(acted) == len(item.steps)
    assert not any(char < " " and char != "\n" for char in retrieval.text)


def test_lone_surrogates_are_replaced_with_a_warning(memory: SkillMemory) -> None:
    """Half a character can't be stored: it becomes U+FFFD, and a warning says so."""
    with pytest.warns(UnicodeWarning, match="surrogate"):
        step = Step(action="look", observation="a\ud83db")

    memory.record(Episode(task=clean_task(), steps=(step,), outcome=WON))

    (stored,) = memory.episodes()
    assert stored.steps[0].observation == "a\ufffdb"


def test_a_text_above_the_limit_is_refused() -> None:
    """More than 16 MiB in one text is an error that says what to do instead."""
    with pytest.raises(TextTooLong, match="16 MiB"):
        Task(goal="x" * (16 * 1024 * 1024 + 1))


@pytest.mark.parametrize("namespace", [(), ("",), ("a/b",), ("a.b",), "ab"])
def test_an_unusable_namespace_is_refused(tmp_path: Path, namespace: tuple[str, ...]) -> None:
    """A namespace is some labels, none of them empty or with `/` or `.` in it."""
    with pytest.raises(InvalidNamespace):
        SkillMemory.open(tmp_path, namespace=namespace)


def test_a_file_is_not_a_folder(tmp_path: Path) -> None:
    """A location below a regular file can't be opened, and the message names it."""
    (tmp_path / "file").write_text("here")

    with pytest.raises(StoreUnavailable, match="file"):
        SkillMemory.open(tmp_path / "file" / "memory")


def test_a_damaged_database_is_named(tmp_path: Path) -> None:
    """What is no database is refused, left as it is, and named."""
    with SkillMemory.open(tmp_path) as memory:
        memory.record(success())
    database = tmp_path / "skillmem.db"
    database.write_bytes(b"this is no database" * 1000)

    with pytest.raises(StoreDamaged, match=r"skillmem\.db"):
        SkillMemory.open(tmp_path).close()
    assert database.read_bytes().startswith(b"this is no database")


def test_the_defaults_need_no_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole cycle runs while no connection can be made."""

    def refuse(*_: object) -> None:
        raise OSError("no network in this test")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    with SkillMemory.open(tmp_path) as memory:
        memory.record(success())
        memory.consolidate()

        assert memory.retrieve(clean_task("pear"), token_budget=800).text


@pytest.mark.parametrize("depth", [65, 220, 5000])
def test_what_is_nested_too_deeply_is_refused(depth: int) -> None:
    """A value that could be written and not read again is refused before anything is stored."""
    nested: JsonValue = "deep"
    for _ in range(depth):
        nested = {"a": nested}

    with pytest.raises(UnstorableValue, match="64 levels"):
        Task(goal="g", metadata={"a": nested})


def test_a_number_that_is_too_long_is_refused() -> None:
    """A number of thousands of digits can't be read back as JSON."""
    with pytest.raises(UnstorableValue, match="as a text"):
        Task(goal="g", metadata={"a": 10**5000})


def test_what_is_nested_is_read_back(memory: SkillMemory) -> None:
    """Up to the limit, arguments and metadata survive the store and the prompt."""
    nested: dict[str, JsonValue] = {"a": "deep"}
    for _ in range(60):
        nested = {"a": nested}
    step = Step(action="", tool="call", arguments=nested, observation="done")
    memory.record(Episode(task=clean_task(), steps=(step,), outcome=WON, metadata=nested))
    memory.consolidate()

    assert memory.retrieve(clean_task(), token_budget=2000).items
    (stored,) = memory.episodes()
    assert stored.metadata == nested


def test_budgets_are_whole_numbers(memory: SkillMemory) -> None:
    """A budget that is no integer is refused before anything is searched."""
    with pytest.raises(TypeError, match="float"):
        memory.retrieve(clean_task(), token_budget=3.5)  # type: ignore[arg-type]


def test_one_id_is_no_sequence(memory: SkillMemory) -> None:
    """A single id passed as a text is told apart from a sequence of ids."""
    with pytest.raises(InvalidOption, match=r"\['abc'\]"):
        memory.consolidate(episode_ids="abc")


@pytest.mark.parametrize(
    ("call", "word"),
    [
        (lambda memory: memory.retrieve("put it away", token_budget=800), "Task"),
        (lambda memory: memory.check("pay", task="put it away"), "Task"),
        (lambda memory: memory.check({"tool": "pay"}), "Step"),
        (lambda memory: memory.record({"id": "e"}), "Episode"),
        (lambda memory: memory.critique("e"), "Episode"),
        (lambda memory: memory.add_outcome("e", True), "Outcome"),
        (lambda memory: memory.begin("put it away"), "Task"),
        (lambda memory: memory.begin(clean_task()).finish(True), "Outcome"),
    ],
)
def test_what_is_no_record_is_named(
    memory: SkillMemory, call: Callable[[Any], object], word: str
) -> None:
    """A text, a dict or a bare truth in place of a record says which record is wanted."""
    with pytest.raises(InvalidOption, match=f"is no {word}; pass a skillmem.{word}"):
        call(memory)
