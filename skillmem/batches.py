"""One consolidated batch: claim, distil outside any transaction, commit shortly."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from skillmem.consolidation import (
    Findings,
    Instruments,
    Judgement,
    Ledger,
    Rechecked,
    distil,
    distrust,
    is_due,
    learn_words,
    merge,
    outgrown,
    uphold,
    verdict,
)
from skillmem.protocols import PreparedBatch, RecordStore
from skillmem.structure import reader, reclassified
from skillmem.types import (
    Batch,
    Change,
    Contradiction,
    Cost,
    Demonstration,
    Lesson,
    Lexicon,
    Logged,
    MemoryItem,
    Namespace,
    new_id,
)
from skillmem.view import View


class Base(NamedTuple):
    """What a batch builds on: the live items and the words of one version."""

    version: int
    items: tuple[MemoryItem, ...]
    lexicon: Lexicon


class Written(NamedTuple):
    """What a commit made of a batch's findings."""

    change: Change
    added: tuple[MemoryItem, ...]
    retired: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]


class Consolidator:
    """Makes batches of one namespace's episodes."""

    def __init__(
        self,
        store: RecordStore,
        view: View,
        *,
        instruments: Instruments,
        clock: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._view = view
        self._instruments = instruments
        self._clock = clock

    @property
    def _namespace(self) -> Namespace:
        return self._view.namespace

    def run(self, *, episode_ids: Sequence[str] | None = None) -> Batch:
        """Claim the named episodes, or all that wait, and turn them into memory.

        Raises:
            EpisodeNotFound: a named episode does not exist.
            LeaseLost: another process took over the episodes meanwhile.
        """
        started = time.monotonic()
        batch_id = new_id()
        ledger = self._ledger(batch_id)
        claimed = self._claim(batch_id, episode_ids)
        leased = self._store.leased(self._namespace, holder=batch_id, at=self._clock())
        if not claimed:
            version = self._store.version(self._namespace)
            return Batch(id=batch_id, version=version, leased=leased)
        try:
            base = self._base()
            learnt = self._learn(claimed, base.lexicon)
            again = self._behind(base, claimed, learnt)
            claimed = self._reconsider(batch_id, claimed, again)
            findings = distil(
                claimed,
                known=base.items,
                lexicon=learnt,
                instruments=self._instruments._replace(purse=ledger),
            )
            anew = self._is_due(claimed) or reclassified(base.lexicon, learnt)
            written = self._write(findings, claimed, base, batch_id, anew=anew)
        except BaseException:
            self._store.release(self._namespace, holder=batch_id)
            raise
        cost = ledger.cost.model_copy(
            update={"replays": findings.cost.replays, "seconds": time.monotonic() - started}
        )
        made = _batch(batch_id, findings, written, cost=cost)
        return made.model_copy(update={"leased": leased})

    def _ledger(self, batch_id: str) -> Ledger:
        """Open the batch's purse, beside what the namespace spent before."""
        return Ledger(
            self._store,
            self._namespace,
            batch_id=batch_id,
            config=self._instruments.config,
            clock=self._clock,
        )

    def _claim(self, batch_id: str, episode_ids: Sequence[str] | None) -> tuple[Logged, ...]:
        return self._store.claim(
            self._namespace,
            holder=batch_id,
            at=self._clock(),
            lease_seconds=self._instruments.config.lease_seconds,
            episode_ids=episode_ids,
        )

    def _base(self) -> Base:
        return Base(
            self._store.version(self._namespace),
            tuple(self._store.items(self._namespace)),
            self._store.lexicon(self._namespace),
        )

    def _behind(self, base: Base, claimed: Sequence[Logged], learnt: Lexicon) -> Iterable[str]:
        """Name the episodes behind the live items that are to be considered again.

        All of them when their words read differently by now; else those of lessons that rest
        on few successes, when these have become many.
        """
        if reclassified(base.lexicon, learnt):
            return (name for item in base.items for name in item.episode_ids)
        successes = (episode for episode, outcome in self._judged(claimed) if outcome.success)
        return outgrown(base.items, successes, reader(self._instruments.finder, learnt))

    def _reconsider(
        self, batch_id: str, claimed: tuple[Logged, ...], names: Iterable[str]
    ) -> tuple[Logged, ...]:
        """Claim these episodes as well."""
        taken = {logged.episode.id for logged in claimed}
        behind = dict.fromkeys(name for name in names if name not in taken)
        return (*self._claim(batch_id, tuple(behind)), *claimed) if behind else claimed

    def _learn(self, claimed: Sequence[Logged], lexicon: Lexicon) -> Lexicon:
        return learn_words(claimed, lexicon=lexicon, instruments=self._instruments)

    def _is_due(self, claimed: Sequence[Logged]) -> bool:
        """Tell whether guards are to be mined anew."""
        after = self._store.episode_count(self._namespace)
        return is_due(after - len(claimed), after)

    def _guards(
        self, findings: Findings, claimed: Sequence[Logged], base: Base, *, anew: bool
    ) -> Rechecked:
        """Hold the guards, or those that all runs now teach, against the successes."""
        config = self._instruments.config

        def judged() -> Iterator[Judgement]:
            return self._judged(self._store.episodes(self._namespace) if anew else claimed)

        return uphold(
            base.items,
            findings.demonstrations,
            judged,
            read=reader(self._instruments.finder, findings.lexicon),
            config=config,
            anew=anew,
        )

    def _judged(self, logged: Iterable[Logged]) -> Iterator[Judgement]:
        """Give the closed episodes with a trusted verdict, each with the one that counts."""
        config = self._instruments.config
        for entry in logged:
            outcome = verdict(entry, config)
            if entry.closed and outcome is not None and distrust(outcome, config) is None:
                yield entry.episode, outcome

    def _write(
        self,
        findings: Findings,
        claimed: Sequence[Logged],
        base: Base,
        batch_id: str,
        *,
        anew: bool,
    ) -> Written:
        """Commit the findings; merge and learn anew whenever another batch came first."""
        lexicon = findings.lexicon
        while True:
            guards = self._guards(findings, claimed, base, anew=anew)
            merged = merge(
                findings,
                known=base.items,
                guards=guards.lessons,
                unite=self._instruments.config.unite,
                namespace=self._namespace,
                version=base.version + 1,
            )
            change = self._store.commit(
                self._namespace,
                PreparedBatch(
                    batch_id=batch_id,
                    holder=batch_id,
                    base_version=base.version,
                    added=merged.added,
                    retired=merged.retired,
                    vectors=self._view.embed(merged.added),
                    lexicon=lexicon,
                    states=findings.states,
                    made_at=self._clock(),
                ),
            )
            if change is not None:
                return Written(change, merged.added, merged.retired, guards.contradictions)
            base = self._base()
            lexicon = self._learn(claimed, base.lexicon)


def _batch(batch_id: str, findings: Findings, written: Written, *, cost: Cost) -> Batch:
    """Report what a batch made, and why it left the rest."""
    return Batch(
        id=batch_id,
        version=written.change.version,
        demonstrations=tuple(item for item in written.added if isinstance(item, Demonstration)),
        lessons=tuple(item for item in written.added if isinstance(item, Lesson)),
        retired=written.retired,
        contradictions=written.contradictions,
        skipped=_reasons(findings, "skipped", "waiting"),
        pending=_reasons(findings, "pending"),
        cost=cost,
    )


def _reasons(findings: Findings, *states: str) -> dict[str, str]:
    """Tell why episodes were left in these states."""
    return {name: reason for name, (state, reason) in findings.states.items() if state in states}
