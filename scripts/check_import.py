"""Check that `import skillmem` is quick and loads no slow third party.

Usage: python scripts/check_import.py [PYTHON]
"""

from __future__ import annotations

import subprocess
import sys

LIMIT_SECONDS = 0.5
MOST_TRIES = 12
SLOW = ("chromadb", "openai", "langgraph", "sqlalchemy", "alembic", "matplotlib", "scipy")
PROGRAM = f"""
import sys, time
started = time.perf_counter()
import skillmem
seconds = time.perf_counter() - started
print(seconds, *(name for name in {SLOW!r} if name in sys.modules))
"""


def measure(python: str) -> tuple[float, list[str]]:
    """Import once in a new process: how long it took, and which slow packages came along."""
    result = subprocess.run(  # noqa: S603 - our own program
        [python, "-c", PROGRAM], check=True, capture_output=True, text=True
    )
    seconds, *loaded = result.stdout.split()
    return float(seconds), loaded


def main(python: str) -> int:
    """Print the best of several tries; 1 when it is too slow or loads too much.

    It tries again only while it was too slow: a busy machine is no slow import.
    """
    best, loaded = measure(python)
    for _ in range(MOST_TRIES):
        if best < LIMIT_SECONDS:
            break
        best = min(best, measure(python)[0])
    print(f"import skillmem: {best:.3f} s, limit {LIMIT_SECONDS} s")
    if loaded:
        print(f"it must not load: {', '.join(loaded)}")
    return int(best >= LIMIT_SECONDS or bool(loaded))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if sys.argv[1:] else sys.executable))
