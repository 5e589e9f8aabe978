"""The reference of the command line is what the command line says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def test_the_reference_is_up_to_date() -> None:
    """docs/cli.md is what its program prints; spaces may differ between versions of click."""
    printed = subprocess.run(
        [sys.executable, "scripts/document_cli.py"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )

    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written.split() == printed.stdout.split(), (
        "run: .venv/bin/python scripts/document_cli.py > docs/cli.md"
    )
