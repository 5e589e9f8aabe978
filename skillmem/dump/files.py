"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

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
    raises, what stood at `path` is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
