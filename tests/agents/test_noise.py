"""The keyed noise."""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.noise import gumbel


def test_noise_is_pinned() -> None:
    """The same key gives the same number on every machine and in every process."""
    assert gumbel(7, 3, "go to shelf 1") == pytest.approx(-0.4134545612281095)


@given(st.integers(), st.integers(min_value=0), st.text())
def test_noise_is_a_number(seed: int, step: int, action: str) -> None:
    """Any key gives a finite number."""
    assert -5.0 < gumbel(seed, step, action) < 40.0


def test_noise_is_gumbel() -> None:
    """Its mean over many keys is that of the standard Gumbel distribution."""
    assert abs(fmean(gumbel(1, step, "a") for step in range(4000)) - 0.5772) < 0.06
