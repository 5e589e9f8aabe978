"""One consolidated batch: claim, distil outside any transaction, commit shortly."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from skillmem.consolidation import (
    Findings,
    Instruments,
    News,
    distil_by,
    learn_words,
    merge,
    to_reconsider,
)
from skillmem.protocols import PreparedBatch, RecordStore
from skillmem.structure import reclassified
from skillmem.types import (
    Batch,
    Change,
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
        claimed = self._claim(batch_id, episode_ids)
        leased = self._store.leased(self._namespace, holder=batch_id, at=self._clock())
        if not claimed:
            version = self._store.version(self._namespace)
            return Batch(id=batch_id, version=version, leased=leased)
        try:
            base = self._base()
            learnt = self._learn(claimed, base.lexicon)
            reworded = reclassified(base.lexicon, learnt)
            claimed = self._reconsider(batch_id, claimed, base, reworded=reworded)
            findings = distil_by(
                claimed, known=base.items, lexicon=learnt, instruments=self._instruments
            )
            if episode_ids is None:
                reread = reworded or learnt.refusals != base.lexicon.refusals
                findings = self._with_waiting(batch_id, findings, base, reread=reread)
            written = self._write(findings, claimed, base, batch_id)
        except BaseException:
            self._store.release(self._namespace, holder=batch_id)
            raise
        made = _batch(batch_id, findings, written, seconds=time.monotonic() - started)
        return made.model_copy(update={"leased": leased})

    def _claim(
        self,
        batch_id: str,
        episode_ids: Sequence[str] | None = None,
    ) -> tuple[Logged, ...]:
        return self._store.claim(
            self._namespace,
            holder=batch_id,
            at=self._clock(),
            lease_seconds=self._instruments.config.lease_seconds,
            episode_ids=episode_ids,
            with_waiting=False,
        )

    def _base(self) -> Base:
        return Base(
            self._store.version(self._namespace),
            tuple(self._store.items(self._namespace)),
            self._store.lexicon(self._namespace),
        )

    def _reconsider(
        self, batch_id: str, claimed: tuple[Logged, ...], base: Base, *, reworded: bool
    ) -> tuple[Logged, ...]:
        """Claim as well what the live items rest on, where it reads differently by now."""
        behind = to_reconsider(
            claimed, base.items, reworded=reworded, config=self._instruments.config
        )
        return (*self._claim(batch_id, behind), *claimed) if behind else claimed

    def _with_waiting(
        self, batch_id: str, findings: Findings, base: Base, *, reread: bool
    ) -> Findings:
        """Look again at the failures that wait, if there is anything new to hold them against."""
        news = News(findings, base.items, instruments=self._instruments)
        if not (news or reread):
            return findings
        names = [
            it.episode_id
            for it in self._store.waiting(self._namespace)
            if reread or news.about(it.goal)
        ]
        return news.add(self._claim(batch_id, names)) if names else findings

    def _learn(self, claimed: Sequence[Logged], lexicon: Lexicon) -> Lexicon:
        return learn_words(claimed, lexicon=lexicon, instruments=self._instruments)

    def _write(
        self, findings: Findings, claimed: Sequence[Logged], base: Base, batch_id: str
    ) -> Written:
        """Commit the findings; merge and learn anew whenever another batch came first."""
        lexicon = findings.lexicon
        while True:
            merged = merge(
                findings,
                known=base.items,
                namespace=self._namespace,
                version=base.version + 1,
                config=self._instruments.config,
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
                    states={**findings.states, **merged.states},
                    made_at=self._clock(),
                ),
            )
            if change is not None:
                return Written(change, merged.added, merged.retired)
            base = self._base()
            lexicon = self._learn(claimed, base.lexicon)


def _batch(batch_id: str, findings: Findings, written: Written, *, seconds: float) -> Batch:
    """Report what a batch made, and why it left the rest."""
    return Batch(
        id=batch_id,
        version=written.change.version,
        demonstrations=tuple(item for item in written.added if isinstance(item, Demonstration)),
        lessons=tuple(item for item in written.added if isinstance(item, Lesson)),
        retired=written.retired,
        skipped={
            episode_id: reason
            for episode_id, (state, reason) in findings.states.items()
            if state != "done"
        },
        cost=findings.cost.model_copy(update={"seconds": seconds}),
    )
