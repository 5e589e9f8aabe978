"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from skillmem.errors import InvalidOption


def write_whole(path: Path, lines: Iterable[str]) -> None:
    """Write `lines` to a temporary file beside `path`, then give it its name.

    Missing folders are created. When `lines` raises, what stood at `path` is untouched.

    Raises:
        InvalidOption: nothing can be written there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise InvalidOption(f"can't write {str(path)!r}: {error}; name another file") from error
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise InvalidOption(f"can't write {str(path)!r}: {error}; name another file") from error
    finally:
        temporary.unlink(missing_ok=True)
