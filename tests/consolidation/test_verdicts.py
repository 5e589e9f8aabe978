"""Which verdict counts."""

from __future__ import annotations

from skillmem.config import ConsolidationConfig
from skillmem.consolidation import verdict
from skillmem.consolidation.verdicts import distrust
from skillmem.types import Episode, Logged, Outcome, Task, VerifierKind

CONFIG = ConsolidationConfig()


def judged(*verdicts: tuple[bool, VerifierKind]) -> Outcome | None:
    """Choose among verdicts, oldest first."""
    outcomes = tuple(Outcome(success=it, verifier_kind=kind) for it, kind in verdicts)
    return verdict(Logged(episode=Episode(task=Task(goal="g")), outcomes=outcomes), CONFIG)


def test_the_most_trusted_kind_counts() -> None:
    """A later verdict of a less trusted kind changes nothing."""
    chosen = judged((False, "environment"), (True, "user"))

    assert chosen is not None
    assert not chosen.success


def test_the_newest_among_equals_counts() -> None:
    """Of two verdicts of one kind the later one stands."""
    chosen = judged((False, "user"), (True, "user"))

    assert chosen is not None
    assert chosen.success


def test_without_a_trusted_verdict_there_is_a_reason() -> None:
    """No verdict, or one below the least trust, is told apart and named."""
    assert judged() is None
    assert distrust(None, CONFIG) == "no verdict from outside"
    assert distrust(judged((True, "judge")), CONFIG) == (
        "untrusted verdict: judge has trust 0.3, below 0.5"
    )
    assert distrust(judged((True, "user")), CONFIG) is None
