"""What may be spent on models in a batch and in a day, and what was."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from skillmem.chats import Usage
from skillmem.config import Cap, ConsolidationConfig, Price, SpendingConfig
from skillmem.errors import CapReached, ModelUnavailable
from skillmem.protocols import ChatModel, RecordStore, Spent
from skillmem.types import Cost, Expense, Namespace, now

MILLION = 1_000_000


class NoPurse:
    """Lets everything be spent, and notes nothing: for a distiller used by itself."""

    def recall(self, episode_id: str, question: str) -> None:
        """Know nothing."""

    def reserve(self, episode_id: str, model: ChatModel, most: Usage, *, question: str) -> Expense:
        """Agree."""
        return Expense(
            batch_id="",
            episode_id=episode_id,
            made_at=now(),
            model=model.model or model.name,
            calls=most.calls,
            question=question,
        )

    def settle(self, expense: Expense, usage: Usage, *, became: str, reply: str) -> None:
        """Forget it."""

    def give_up(self, model: ChatModel, reason: str) -> None:
        """Forget it."""


class Ledger:
    """A batch's purse, in the store: every question is reserved there before it is asked.

    A reservation is the most that a question can take; it passes no cap, also beside what other
    processes reserve at the same time, and it stays if this process dies. Once a cap is reached
    no further question is asked in the batch. What remains possible: a server that counts more
    tokens than the distiller's counter did may pass a cap by the difference, once; and what a
    provider charges for requests that broke off and were sent again nobody here can know. One
    question is one call, however often it had to be sent. The batch's lease begins anew with
    every question, so that models may be slow.
    """

    def __init__(
        self,
        store: RecordStore,
        namespace: Namespace,
        *,
        batch_id: str,
        config: ConsolidationConfig,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._namespace = namespace
        self._batch_id = batch_id
        self._config = config.spending
        self._lease_seconds = config.lease_seconds
        self._clock = clock
        self._expenses: dict[str, Expense] = {}
        self._replies: dict[tuple[str, str], str] | None = None
        self._reached = ""
        self._gone: dict[str, str] = {}

    @property
    def cost(self) -> Cost:
        """Add up what the batch spent."""
        return cost_of(tuple(self._expenses.values()))

    def recall(self, episode_id: str, question: str) -> str | None:
        """Give the reply that the same question about an episode got before, if it did."""
        if self._replies is None:
            self._replies = {
                (it.episode_id, it.question): it.reply
                for it in self._store.expenses(self._namespace)
                if it.reply
            }
        return self._replies.get((episode_id, question))

    def reserve(self, episode_id: str, model: ChatModel, most: Usage, *, question: str) -> Expense:
        """Set aside the most that a request can take.

        Raises:
            CapReached: it might pass a cap of the batch or of the day (UTC), or one was reached.
            ModelUnavailable: the model was given up on.
        """
        if model.name in self._gone:
            raise ModelUnavailable(f"not asked again in this batch: {self._gone[model.name]}")
        at = self._clock()
        expense = Expense(
            batch_id=self._batch_id,
            episode_id=episode_id,
            made_at=at,
            model=model.model or model.name,
            calls=most.calls,
            prompt_tokens=most.prompt_tokens,
            completion_tokens=most.completion_tokens,
            money=self._money(model, most),
            currency=self._config.currency,
            question=question,
            caps=limits(self._config),
        )
        self._reached = self._reached or self._refusal(expense)
        if self._reached:
            raise CapReached(self._reached)
        self._store.renew(
            self._namespace, holder=self._batch_id, at=at, lease_seconds=self._lease_seconds
        )
        self._expenses[expense.id] = expense
        return expense

    def settle(self, expense: Expense, usage: Usage, *, became: str, reply: str) -> None:
        """Write down what was taken instead; where the server doesn't tell, what was counted."""
        read, written = usage.prompt_tokens, usage.completion_tokens
        if reply and not (read or written):
            read, written = expense.prompt_tokens, expense.completion_tokens
        settled = expense.model_copy(
            update={
                "calls": usage.calls or expense.calls,
                "prompt_tokens": read,
                "completion_tokens": written,
                "seconds": max(0.0, usage.seconds),
                "money": money_of(read, written, self._config.prices.get(expense.model)),
                "became": became,
                "reply": reply,
            }
        )
        self._store.put_expense(self._namespace, settled)
        self._expenses[settled.id] = settled

    def give_up(self, model: ChatModel, reason: str) -> None:
        """Ask this model no more."""
        self._gone[model.name] = reason

    def _money(self, model: ChatModel, most: Usage) -> float | None:
        price = self._config.prices.get(model.model or model.name)
        return money_of(most.prompt_tokens, most.completion_tokens, price)

    def _refusal(self, expense: Expense) -> str:
        """Reserve an expense, or say which cap it might pass."""
        batch, day = self._config.per_batch, self._config.per_day
        capped = batch.money is not None or day.money is not None
        if capped and expense.money is None:
            return (
                f"money is capped, and {expense.model!r} has no price; put one into "
                "config.consolidation.spending.prices"
            )
        spent = _sum([*self._expenses.values(), expense])
        if spent.passes(_most(batch)):
            return _passing(spent, batch, "batch", self._config.currency)
        since = expense.made_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        before = self._store.reserve_expense(self._namespace, expense, since=since, most=_most(day))
        if before is None:
            return ""
        together = (one + other for one, other in zip(before, _sum([expense]), strict=True))
        return _passing(Spent(*together), day, "day", self._config.currency)


def limits(config: SpendingConfig) -> tuple[str, ...]:
    """Say in words what may be spent."""
    return tuple(
        f"{bound:g} {config.currency if name == 'money' and config.currency else name} a {word}"
        for word, cap in (("batch", config.per_batch), ("day", config.per_day))
        for name, bound in cap
        if bound is not None
    )


def money_of(read: int, written: int, price: Price | None) -> float | None:
    """Tell what tokens cost; nothing without a price."""
    if price is None:
        return None
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
        currency=next((it.currency for it in expenses if it.money is not None), ""),
    )


def _sum(expenses: Sequence[Expense]) -> Spent:
    cost = cost_of(expenses)
    return Spent(
        calls=cost.model_calls,
        tokens=cost.prompt_tokens + cost.completion_tokens,
        money=cost.money or 0.0,
    )


def _most(cap: Cap) -> Spent:
    bounds = (cap.calls, cap.tokens, cap.money)
    return Spent(*(math.inf if bound is None else bound for bound in bounds))


def _passing(spent: Spent, cap: Cap, word: str, currency: str) -> str:
    """Say which bound of a cap is passed."""
    if cap.calls is not None and spent.calls > cap.calls:
        return f"the cap of {cap.calls} calls a {word} is reached"
    if cap.tokens is not None and spent.tokens > cap.tokens:
        return f"a further call might pass the cap of {cap.tokens} tokens a {word}"
    return f"a further call might pass the cap of {cap.money:g} {currency or 'in money'} a {word}"
