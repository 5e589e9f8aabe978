"""What is in a file, in short."""

from __future__ import annotations

from functools import lru_cache
from hashlib import file_digest
from pathlib import Path


def digest(path: Path) -> str:
    """Give the SHA-256 of a file, read anew only when its time or its size has changed."""
    status = path.stat()
    return _digest(path.resolve(), status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=16)
def _digest(path: Path, changed: int, size: int) -> str:  # noqa: ARG001 - they are the key
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
