"""Which of several verdicts on an episode counts."""

from __future__ import annotations

from skillmem.config import ConsolidationConfig
from skillmem.types import Logged, Outcome


def verdict(logged: Logged, config: ConsolidationConfig) -> Outcome | None:
    """Choose the verdict of the most trusted kind of verifier, the newest among equals."""
    outcomes = logged.outcomes
    if not outcomes and logged.episode.outcome is not None:
        outcomes = (logged.episode.outcome,)
    return max(reversed(outcomes), key=lambda outcome: trust(outcome, config), default=None)


def trust(outcome: Outcome, config: ConsolidationConfig) -> float:
    """Tell how far a verdict is trusted; a kind that has no setting, not at all."""
    return config.trust.get(outcome.verifier_kind, 0.0)


def distrust(outcome: Outcome | None, config: ConsolidationConfig) -> str | None:
    """Say why an episode with this verdict can't become memory, or nothing when it can."""
    if outcome is None:
        return "no verdict from outside"
    if trust(outcome, config) < config.minimum_trust:
        return (
            f"untrusted verdict: {outcome.verifier_kind} has trust "
            f"{trust(outcome, config):g}, below {config.minimum_trust:g}"
        )
    return None
