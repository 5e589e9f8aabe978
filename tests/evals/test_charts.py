"""The report's figures."""

from __future__ import annotations

from itertools import pairwise

import pytest

from skillmem.evals.charts import LABEL_GAP, spread


@pytest.mark.parametrize(
    "wanted",
    [[], [0.5], [0.2, 0.8], [0.9] * 9, [0.0] * 5, [0.1, 0.1, 0.5, 0.98, 0.99, 1.0]],
    ids=str,
)
def test_names_beside_lines_stay_apart_and_in_the_figure(wanted: list[float]) -> None:
    """However many arms end alike, their names neither overlap nor leave at the top."""
    heights = spread(wanted, 0.0, 1.0)

    assert all(above - below > LABEL_GAP - 1e-9 for below, above in pairwise(heights))
    assert all(height <= 1.0 for height in heights)
    assert len(heights) == len(wanted)


def test_names_that_have_room_stand_at_their_lines() -> None:
    """What lies apart anyway is not moved."""
    assert spread([0.2, 0.5, 0.9], 0.0, 1.0) == [0.2, 0.5, 0.9]
