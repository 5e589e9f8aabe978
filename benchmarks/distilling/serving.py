"""A model's file, served on this machine for a while."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def served(model: Path, *, threads: int) -> Iterator[str]:
    """Serve a GGUF file at a free port, give the API's address, and end the server."""
    command = [sys.executable, "scripts/serve_model.py", str(model.resolve())]
    process = subprocess.Popen(
        [*command, "--port", "0", "--threads", str(threads)],
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        if not line.startswith("http"):
            raise SystemExit(line or "the server ended before it was ready")
        yield line
    finally:
        process.kill()
        process.communicate()
