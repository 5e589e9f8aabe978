"""JSON lines give back the memory that they were made of, or nothing at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from skillmem.dump import dump_jsonl, is_dump, jsonl, load_jsonl
from skillmem.errors import InvalidDump, InvalidOption
from skillmem.stores import SqlStore
from tests.dump.contents import comparable, contents, seen

AB = ("a", "b")


@pytest.fixture
def full(tmp_path: Path) -> Iterator[SqlStore]:
    """Open a store with one namespace in which everything occurs."""
    store = SqlStore.open(tmp_path / "full")
    store.restore(contents(AB))
    yield store
    store.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SqlStore]:
    """Open a store that holds nothing."""
    store = SqlStore.open(tmp_path / "empty")
    yield store
    store.close()


@pytest.fixture
def dump(full: SqlStore, tmp_path: Path) -> Path:
    """Dump the full store."""
    path = tmp_path / "memory.jsonl"
    dump_jsonl(full, AB, path)
    return path


def test_a_loaded_dump_is_the_same_memory(full: SqlStore, empty: SqlStore, dump: Path) -> None:
    """Episodes, verdicts, states, items, history, words and vectors come back bit for bit."""
    loaded = load_jsonl(empty, dump)

    assert seen(empty, AB) == seen(full, AB) == comparable(contents(AB))
    assert empty.version(AB) == 2
    assert [part.model_dump() for part in loaded] == [
        {"namespace": AB, "version": 2, "episodes": 4, "new": 4, "items": 2}
    ]


def test_a_dump_of_the_copy_is_the_same_file(empty: SqlStore, dump: Path, tmp_path: Path) -> None:
    """Dumping what was loaded gives the same bytes."""
    load_jsonl(empty, dump)
    again = tmp_path / "again.jsonl"

    dump_jsonl(empty, AB, again)

    assert again.read_bytes() == dump.read_bytes()


def test_a_dump_of_before_there_were_refinements_is_loaded(
    full: SqlStore, empty: SqlStore, dump: Path
) -> None:
    """A demonstration that does not say what it refines refines nothing."""
    text = dump.read_text(encoding="utf-8")
    assert '"refines":null' in text
    dump.write_text(text.replace(',"refines":null', ""), encoding="utf-8")

    load_jsonl(empty, dump)

    assert seen(empty, AB) == seen(full, AB)


def test_every_namespace_can_be_dumped_at_once(
    full: SqlStore, empty: SqlStore, tmp_path: Path
) -> None:
    """A dump of all namespaces brings each back under its own name."""
    full.restore(contents(("a",)))
    path = tmp_path / "all.jsonl"
    dump_jsonl(full, None, path)

    load_jsonl(empty, path)

    assert empty.namespaces() == (("a",), AB)
    assert seen(empty, ("a",)) == seen(full, ("a",))


def test_a_dump_can_be_loaded_under_another_name(empty: SqlStore, dump: Path) -> None:
    """Items and history move to the namespace that is named."""
    load_jsonl(empty, dump, namespace=("copy",))

    assert empty.namespaces() == (("copy",),)
    assert seen(empty, ("copy",)) == comparable(contents(("copy",)))


def test_several_namespaces_keep_their_names(
    full: SqlStore, empty: SqlStore, tmp_path: Path
) -> None:
    """A dump of several namespaces can't go into one."""
    full.restore(contents(("a",)))
    dump_jsonl(full, None, tmp_path / "all.jsonl")

    with pytest.raises(InvalidDump, match="2 namespaces"):
        load_jsonl(empty, tmp_path / "all.jsonl", namespace=("one",))
    assert empty.namespaces() == ()


def test_nothing_is_loaded_over_something(full: SqlStore, dump: Path) -> None:
    """A namespace that holds anything refuses a dump, and keeps what it has."""
    before = seen(full, AB)

    with pytest.raises(InvalidDump, match="a/b"):
        load_jsonl(full, dump)
    assert seen(full, AB) == before


def test_all_or_nothing_across_namespaces(full: SqlStore, empty: SqlStore, tmp_path: Path) -> None:
    """When the second of two namespaces is taken, the first isn't written either."""
    full.restore(contents(("z",)))
    dump_jsonl(full, None, tmp_path / "all.jsonl")
    empty.restore(contents(("z",)))

    with pytest.raises(InvalidDump, match="'z'"):
        load_jsonl(empty, tmp_path / "all.jsonl")
    assert empty.namespaces() == (("z",),)


def _replace(line: int, **values: Any) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        record = {**json.loads(lines[line]), **values}
        return [*lines[:line], json.dumps(record), *lines[line + 1 :]]

    return change


def _change(line: int, **values: Any) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        record = json.loads(lines[line])
        record["change"].update(values)
        return [*lines[:line], json.dumps(record), *lines[line + 1 :]]

    return change


def _expense(line: int, **values: Any) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        record = json.loads(lines[line])
        record["expense"].update(values)
        return [*lines[:line], json.dumps(record), *lines[line + 1 :]]

    return change


def _move(start: int, end: int) -> Callable[[list[str]], list[str]]:
    def change(lines: list[str]) -> list[str]:
        taken = lines[start]
        rest = [*lines[:start], *lines[start + 1 :]]
        return [*rest[:end], taken, *rest[end:]]

    return change


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda lines: lines[:-1], "cut short after line 14"),
        (lambda lines: [*lines[:-2], lines[-2][:30]], "line 14 .*JSON"),
        (lambda lines: [*lines, lines[3]], "line 16 .*after the end"),
        (lambda lines: [*lines[:5], *lines[6:]], "13 lines stand before the end, 14"),
        (lambda lines: [*lines[:4], lines[3], *lines[4:]], "line 5 .*'lost' stands.*twice"),
        (lambda lines: [*lines[:3], *lines[4:]], "came from 'lost'"),
        (lambda lines: [*lines[:6], *lines[7:]], "which isn't in the dump"),
        (lambda lines: [lines[0], *lines[2:]], "line 2 .*no namespace"),
        (lambda lines: [*lines[:8], *lines[10:]], "version 1, but the history ends with version 0"),
        (lambda _: ["[]"], "line 1 "),
        (lambda _: [], "cut short"),
        (lambda lines: lines[1:], "line 1 .*header"),
        (_replace(0, format=2), "line 1 .*format is 2.*reads 1"),
        (_replace(14, lines=4), "line 15 .*14 lines stand before the end, 4"),
        (_replace(12, vector="AAA="), "line 13 .*4-byte"),
        (_replace(12, vector="no base64!"), "line 13 "),
        (_replace(2, colour="red"), "line 3 .*colour"),
        (_replace(0, format=2, made_by="a later one"), "line 1 .*format is 2.*reads 1"),
        (_replace(12, vector="AAAAAA=="), "line 13 .*of 1 numbers; 'words' makes 3"),
        (_replace(11, vector=""), "line 12 .*of 0 numbers"),
        (_replace(11, vector="AADAfwAAAAAAAAAA"), "line 12 .*finite"),
        (_replace(10, lexicon={"entities": ["apple", ""]}), "line 11 .*empty word"),
        (_replace(10, version=-1), "line 11 .*version -1"),
        (_replace(10, version=2**63), "line 11 .*version 9223372036854775808"),
        (lambda lines: [*lines[:11], *lines[10:]], "line 12 .*lexicon of version 1 .*twice"),
        (lambda lines: [*lines[:12], *lines[11:]], "line 13 .*embedding of item 'd1' .*twice"),
        (_change(8, version=-5), "line 9 .*version -5"),
        (_change(9, version=2**64), "line 10 .*version 18446744073709551616"),
        (lambda lines: [*lines[:14], *lines[13:]], "line 15 .*expense 'x1' .*twice"),
        (_expense(13, episode_id="nowhere"), "line 14 .*expense for episode 'nowhere'"),
        (_expense(13, calls=-1), "line 14 .*calls"),
        (_move(9, 8), "line 10 .*change 1 comes after change 2"),
    ],
)
def test_a_damaged_dump_writes_nothing(
    damage: Callable[[list[str]], list[str]], message: str, empty: SqlStore, dump: Path
) -> None:
    """The line and the reason are named, and the store stays empty."""
    lines = damage(dump.read_text(encoding="utf-8").splitlines())
    dump.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    with pytest.raises(InvalidDump, match=re.compile(message, re.DOTALL)):
        load_jsonl(empty, dump)
    assert empty.namespaces() == ()


def test_a_dump_that_fails_leaves_the_old_one(full: SqlStore, dump: Path) -> None:
    """A file is replaced only by a whole one, and no temporary file stays."""
    before = dump.read_bytes()
    full.close()

    with pytest.raises(Exception, match=r"."):
        dump_jsonl(full, AB, dump)
    assert dump.read_bytes() == before
    assert [path.name for path in dump.parent.glob(".memory*")] == []


def test_a_file_that_cannot_be_written_is_named(full: SqlStore, dump: Path) -> None:
    """Writing below a file is wrong use, and says where."""
    with pytest.raises(InvalidOption, match=r"memory\.jsonl"):
        dump_jsonl(full, AB, dump / "below.jsonl")


def test_half_of_a_surrogate_pair_is_replaced(empty: SqlStore, dump: Path) -> None:
    """A text that UTF-8 can't hold is loaded with a warning, not refused."""
    text = dump.read_text(encoding="utf-8").replace("You are in a kitchen.", r"A \ud83d kitchen.")
    dump.write_text(text, encoding="utf-8")

    with pytest.warns(UnicodeWarning, match="lone surrogates"):
        load_jsonl(empty, dump)
    shown = next(iter(empty.episodes(AB))).episode.task.observation
    assert shown == "A \N{REPLACEMENT CHARACTER} kitchen."


def test_a_dump_is_known_by_its_first_line(dump: Path, tmp_path: Path) -> None:
    """A dump is told from episodes without reading it whole."""
    other = tmp_path / "episodes.jsonl"
    other.write_text('{"task":{"goal":"skillmem-dump"}}\n', encoding="utf-8")

    assert is_dump(dump)
    assert not is_dump(other)


def test_hostile_text_stays_on_its_line(full: SqlStore) -> None:
    """Every line of a dump is one JSON record, whatever an observation holds."""
    lines = list(jsonl(full, AB))

    assert all(line.count("\n") == 1 and json.loads(line) for line in lines)
