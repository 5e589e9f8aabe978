"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex

from skillmem.errors import InvalidOption


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Write a file that a user named, whole or not at all.

    Raises:
        InvalidOption: nothing can be written there.
    """
    try:
        replace_file(path, lines)
    except OSError as error:
        raise InvalidOption(f"can't write {str(path)!r}: {error}; name another file") from error


def replace_file(path: Path, lines: Iterable[str]) -> None:
    """Write `lines` to a temporary file beside `path`, then give it its name.

    Missing folders are created; the content is on disk before it gets the name. When `lines`
    raises, what stood at `path` is untouched. A link is followed, the mode of a file that is
    replaced is kept, and what is no regular file (a device, a pipe) is written to, not replaced.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        _write_into(path, lines)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else None
    temporary = path.with_name(f".{path.name}.{token_hex(4)}")
    try:
        with temporary.open("x", encoding="utf-8", newline="\n") as file:
            if mode is not None:
                temporary.chmod(mode)
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _write_into(path: Path, lines: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(lines)
