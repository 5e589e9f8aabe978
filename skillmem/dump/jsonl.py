"""JSON lines: the complete memory, to be loaded into an empty one.

A dump is a header, then per namespace a line that names it, its episodes, items, changes,
lexicons and embeddings, and at the end a count of the lines, so that a dump cut short is
known for one. Receipts of retrievals are not part of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from skillmem.dump.checking import DumpCheck, NamespaceCheck
from skillmem.dump.files import write_whole
from skillmem.dump.lines import (
    FORMAT,
    LINE,
    MARK,
    EndLine,
    Header,
    Line,
    NamespaceLine,
    to_entry,
    to_line,
)
from skillmem.dump.parsing import parse_json, reason
from skillmem.errors import InvalidDump
from skillmem.protocols import Entry, RecordStore
from skillmem.types import Namespace, Record

_HEADER_BYTES = 4096


class Loaded(Record):
    """What a file brought into one namespace; `new` of its episodes were not there yet."""

    namespace: Namespace
    version: int
    episodes: int
    new: int
    items: int


def jsonl(store: RecordStore, namespace: Namespace | None) -> Iterator[str]:
    """Write `namespace`, or every namespace, as the lines of a dump."""
    count = 0
    for line in _lines(store, store.namespaces() if namespace is None else (namespace,)):
        yield line.model_dump_json() + "\n"
        count += 1
    yield EndLine(lines=count).model_dump_json() + "\n"


def dump_jsonl(store: RecordStore, namespace: Namespace | None, path: Path) -> None:
    """Write `namespace`, or every namespace, to `path`: whole, or not at all.

    Raises:
        InvalidOption: nothing can be written there.
    """
    write_whole(path, jsonl(store, namespace))


def load_jsonl(
    store: RecordStore, path: Path, *, namespace: Namespace | None = None
) -> tuple[Loaded, ...]:
    """Load a dump into namespaces that hold nothing: all of it or nothing.

    Every line is validated before the first is written. `namespace` is where a dump of one
    namespace goes; without it each goes where it came from.

    Raises:
        InvalidDump: `path` holds no dump, or one that is damaged, cut short or of another
            format (the line and the reason are named); a namespace isn't empty.
    """
    spaces = check_jsonl(path, namespace=namespace)
    store.restore(_entries(path, namespace))
    return tuple(
        Loaded(
            namespace=namespace or space.namespace,
            version=space.version,
            episodes=len(space.episodes),
            new=len(space.episodes),
            items=len(space.items),
        )
        for space in spaces
    )


def check_jsonl(path: Path, *, namespace: Namespace | None = None) -> tuple[NamespaceCheck, ...]:
    """Validate every line of a dump that is meant for `namespace`; tell what it holds.

    Raises:
        InvalidDump: as `load_jsonl`.
    """
    check = DumpCheck()
    number = 0
    for number, line in _read(path):
        try:
            check.see(line)
        except ValueError as error:
            raise InvalidDump(f"line {number} of {str(path)!r}: {error}") from error
    if not check.ended:
        raise InvalidDump(f"{str(path)!r} is cut short after line {number}; dump it again")
    if namespace is not None and len(check.spaces) != 1:
        raise InvalidDump(
            f"{str(path)!r} holds {len(check.spaces)} namespaces; only a dump of one can be "
            "loaded under another name"
        )
    return tuple(check.spaces)


def is_dump(path: Path) -> bool:
    """Tell whether `path` begins as a dump does.

    Raises:
        InvalidDump: it can't be read.
    """
    try:
        with path.open("rb") as file:
            first = file.readline(_HEADER_BYTES)
    except OSError as error:
        raise InvalidDump(f"can't read {str(path)!r}: {error}; name another file") from error
    try:
        header = json.loads(first)
    except ValueError:
        return False
    return isinstance(header, dict) and header.get("record") == MARK


def _lines(store: RecordStore, namespaces: Iterable[Namespace]) -> Iterator[Line]:
    yield Header()
    for namespace in namespaces:
        yield NamespaceLine(namespace=namespace)
        yield from map(to_line, store.entries(namespace))


def _read(path: Path) -> Iterator[tuple[int, Line]]:
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                if number == 1:
                    _require_format(raw, path)
                yield number, _parse(raw, number, path)
    except OSError as error:
        raise InvalidDump(f"can't read {str(path)!r}: {error}; name another file") from error


def _require_format(raw: bytes, path: Path) -> None:
    """Refuse another format before anything else of the header is judged."""
    try:
        header = json.loads(raw)
    except (ValueError, RecursionError):
        return
    found = header.get("format", FORMAT) if isinstance(header, dict) else FORMAT
    if found != FORMAT:
        raise InvalidDump(
            f"line 1 of {str(path)!r}: the dump's format is {found!r}, this release reads "
            f"{FORMAT}; load it with the release that wrote it"
        )


def _parse(raw: bytes, number: int, path: Path) -> Line:
    try:
        return parse_json(raw, LINE.validate_json, LINE.validate_python)
    except ValidationError as error:
        raise InvalidDump(f"line {number} of {str(path)!r}: {reason(error)}") from error


def _entries(path: Path, target: Namespace | None) -> Iterator[tuple[Namespace, Entry]]:
    current: Namespace = ()
    for _, line in _read(path):
        if isinstance(line, NamespaceLine):
            current = target or line.namespace
        elif not isinstance(line, Header | EndLine):
            yield current, to_entry(line, current)
