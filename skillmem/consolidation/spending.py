"""What may be spent on models in a batch and in a day, and what was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from skillmem.chats import Usage
from skillmem.config import Cap, Price, SpendingConfig
from skillmem.errors import CapReached
from skillmem.protocols import ChatModel
from skillmem.types import Cost, Expense

MILLION = 1_000_000


class NoPurse:
    """Lets everything be spent, and notes nothing: for a distiller used by itself."""

    def require(self, model: ChatModel, most: Usage) -> None:
        """Agree."""

    def note(
        self, episode_id: str, model: ChatModel, usage: Usage, *, became: str, reply: str
    ) -> None:
        """Forget it."""


class Ledger:
    """A batch's purse: it reads what was spent today from the store, and writes down the rest.

    `spent_since` gives the namespace's expenses from a moment on; it is asked before each
    request, so that batches of several processes share the day's cap. What another process has
    sent and not yet noted is not seen: each of them may pass the cap by its one request.
    """

    def __init__(
        self,
        batch_id: str,
        config: SpendingConfig,
        *,
        spent_since: Callable[[datetime], Iterable[Expense]],
        write: Callable[[Expense], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._batch_id = batch_id
        self._config = config
        self._spent_since = spent_since
        self._write = write
        self._clock = clock
        self.expenses: list[Expense] = []

    def require(self, model: ChatModel, most: Usage) -> None:
        """Make sure that a request of `most` passes neither the batch's cap nor the day's.

        Raises:
            CapReached: it might.
        """
        spending = self._config
        more = money(most, spending.prices.get(model.model))
        _require(spending.per_batch, "batch", cost_of(self.expenses), most, more=more)
        if spending.per_day != Cap():
            day = self._clock().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            spent = cost_of(tuple(self._spent_since(day)))
            _require(spending.per_day, "day", spent, most, more=more)

    def note(
        self, episode_id: str, model: ChatModel, usage: Usage, *, became: str, reply: str
    ) -> None:
        """Write down what was taken of a model for an episode."""
        expense = Expense(
            batch_id=self._batch_id,
            episode_id=episode_id,
            made_at=self._clock(),
            model=model.model or model.name,
            calls=usage.calls,
            prompt_tokens=usage.prompt_tokens,
            completion_tokens=usage.completion_tokens,
            seconds=max(0.0, usage.seconds),
            money=money(usage, self._config.prices.get(model.model)),
            became=became,
            reply=reply,
        )
        self._write(expense)
        self.expenses.append(expense)


def _require(cap: Cap, word: str, spent: Cost, most: Usage, *, more: float | None) -> None:
    """Refuse a request that may take `most` calls and tokens and `more` money, if it's too much."""
    tokens = spent.prompt_tokens + spent.completion_tokens
    tokens += most.prompt_tokens + most.completion_tokens
    if cap.calls is not None and spent.model_calls + most.calls > cap.calls:
        raise CapReached(f"the cap of {cap.calls} calls a {word} is reached")
    if cap.tokens is not None and tokens > cap.tokens:
        raise CapReached(f"a further call might pass the cap of {cap.tokens} tokens a {word}")
    if cap.money is None:
        return
    if more is None:
        raise CapReached(
            "money is capped, and the model has no price; put one into "
            "config.consolidation.spending.prices"
        )
    if (spent.money or 0.0) + more > cap.money:
        raise CapReached(f"a further call might pass the cap of {cap.money:g} a {word}")


def money(usage: Usage, price: Price | None) -> float | None:
    """Tell what tokens cost; nothing without a price."""
    if price is None:
        return None
    read, written = usage.prompt_tokens, usage.completion_tokens
    return (read * price.prompt + written * price.completion) / MILLION


def cost_of(expenses: Sequence[Expense]) -> Cost:
    """Add up what was spent; the seconds are those of waiting for models."""
    paid = [it.money for it in expenses if it.money is not None]
    return Cost(
        model_calls=sum(it.calls for it in expenses),
        prompt_tokens=sum(it.prompt_tokens for it in expenses),
        completion_tokens=sum(it.completion_tokens for it in expenses),
        seconds=sum(it.seconds for it in expenses),
        money=sum(paid) if paid else None,
    )
