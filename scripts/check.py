"""Check everything that isn't a test: lint, types, layers, import, and the wheel.

Usage: python scripts/check.py
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TYPED = ("skillmem", "agents", "envs", "scripts", "benchmarks", "tests")

CHECKS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("lint", (str(BIN / "ruff"), "check", ".")),
    ("format", (str(BIN / "ruff"), "format", "--check", ".")),
    ("types", (str(BIN / "mypy"), *TYPED)),
    ("layers", (str(BIN / "lint-imports"), "--no-cache")),
    ("import", (sys.executable, "scripts/check_import.py")),
    ("wheel", (sys.executable, "scripts/check_wheel.py")),
)


def passes(name: str, command: tuple[str, ...]) -> bool:
    """Run one check; show what it printed only when it says no."""
    started = time.monotonic()
    result = subprocess.run(  # noqa: S603 - our own commands
        command, cwd=ROOT, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    verdict = "ok" if result.returncode == 0 else "FAILED"
    print(f"{name:8} {verdict:6} {time.monotonic() - started:6.1f} s", flush=True)
    if result.returncode:
        print(result.stdout, flush=True)
    return result.returncode == 0


if __name__ == "__main__":
    results = [passes(name, command) for name, command in CHECKS]
    sys.exit(0 if all(results) else 1)
