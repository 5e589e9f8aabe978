"""The arms that try again: what asymmetric shows, and after a failure what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from skillmem.config import RenderingConfig
from skillmem.critiques import Critique
from skillmem.evals.inverting import invert
from skillmem.evals.shelf import Shown
from skillmem.memory import SkillMemory
from skillmem.refining import beside
from skillmem.types import Episode, Task

Telling = Callable[[Critique, Episode], str]


def _as_it_is(critique: Critique, failure: Episode) -> str:  # noqa: ARG001 - as all tellings
    return critique.text


def _not_at_all(critique: Critique, failure: Episode) -> str:  # noqa: ARG001 - as all tellings
    return ""


def _turned_around(critique: Critique, failure: Episode) -> str:
    return invert(critique, failure, RenderingConfig())


TELLINGS: Mapping[str, Telling] = {
    "retry": _as_it_is,
    "retry_plain": _not_at_all,
    "retry_inverted": _turned_around,
}


class Retry:
    """`retry`, `retry_plain`, `retry_inverted`: alike but for what is told of the last attempt.

    All of them try again what they lost, also where there is no critique, so that they differ by
    nothing but its text. It takes its tokens from those of the memory.
    """

    def __init__(self, memory: SkillMemory, telling: Telling) -> None:
        self._memory = memory
        self._telling = telling

    def show(self, task: Task, *, token_budget: int, key: str) -> Shown:  # noqa: ARG002
        """Show what `SkillMemory.retrieve` gives."""
        return self.show_with("", task, token_budget=token_budget)

    def show_with(self, critique: str, task: Task, *, token_budget: int) -> Shown:
        """Show a critique, and as much of the memory as fits beside it."""
        items: list[str] = []

        def recall(budget: int) -> str:
            retrieval = self._memory.retrieve(task, token_budget=budget)
            items[:] = [item.id for item in retrieval.items]
            return retrieval.text

        count = self._memory.count_tokens
        told = critique if count(critique) <= token_budget else ""
        text = beside(told, recall, count, token_budget=token_budget)
        return Shown(text, count(text), tuple(items))

    def advise(self, failure: Episode) -> str:
        """Say what the next attempt is told of this one; nothing where there is no critique."""
        critique = self._memory.critique(failure)
        return "" if critique is None else self._telling(critique, failure)
