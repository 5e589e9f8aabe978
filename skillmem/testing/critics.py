"""A critic that needs no model: it always says the same."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.critiques import CritiqueDraft
from skillmem.types import Demonstration, Episode

LAST_WORD = CritiqueDraft(step=0, mistake="It began wrong.", advice="Begin so:\n> look around")


class KnowingCritic:
    """Gives one draft, or nothing, whatever the failure; implements `protocols.Critic`."""

    def __init__(self, draft: CritiqueDraft | None = LAST_WORD) -> None:
        """Say `draft` of everything."""
        self._draft = draft

    def criticise(
        self,
        failure: Episode,  # noqa: ARG002
        *,
        successes: Sequence[Demonstration],  # noqa: ARG002
    ) -> CritiqueDraft | None:
        """Give it."""
        return self._draft
