"""What the tests with real models share: where models are, and what to do without."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


def require(present: object, missing: str) -> None:
    """Skip a test that lacks something; with LIVE=1 that is a failure."""
    if present:
        return
    if os.environ.get("LIVE"):
        pytest.fail(f"{missing}; run `make live`")
    pytest.skip(f"{missing}; run `make live`")


def small_model() -> Path:
    """Find the smallest model that `make models` fetches."""
    folder = os.environ.get("SKILLMEM_MODELS") or "~/.cache/skillmem/models"
    path = Path(folder).expanduser() / FILE
    require(path.is_file(), f"there is no model {path}")
    return path
