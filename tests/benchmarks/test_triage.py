"""The faults that are put into real runs are there, and are told apart from mistakes."""

from __future__ import annotations

from benchmarks.triage.injections import EXPECTED
from benchmarks.triage.runs import studio


def test_each_kind_of_failure_is_made_and_told() -> None:
    """One run of each kind, played for real: it failed, and only the mistake is called one."""
    with studio("developed", trained_on=40) as place:
        for injected in EXPECTED:
            (failure,) = place.failures(injected, 1)

            assert failure.episode.outcome is not None
            assert not failure.episode.outcome.success
            assert (place.triage(failure).cause == "mistake") == (injected == "mistake")
