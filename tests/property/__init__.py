"""Rules that hold for all inputs.

`THOROUGH=1` tries ten times as many inputs as the quick run of every day.
"""

from __future__ import annotations

import os

THOROUGH = 10


def examples(quick: int) -> int:
    """Say how many inputs to try where the quick run tries `quick`."""
    return THOROUGH * quick if os.environ.get("THOROUGH") else quick
