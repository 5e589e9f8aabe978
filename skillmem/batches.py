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
    News,
    Rechecked,
    distil_by,
    distrust,
    is_due,
    learn_words,
    merge,
    outgrown,
    renew,
    to_reconsider,
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
        """Claim the named episodes, or all that are pending, and turn them into memory.

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
            written: Written | None = None
            while written is None:
                base = self._base()
                claimed, learnt = self._learnt(batch_id, claimed, base)
                findings = self._found(
                    batch_id, claimed, base, learnt, ledger=ledger, waiting=episode_ids is None
                )
                written = self._write(findings, claimed, base, batch_id)
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

    def _learnt(
        self, batch_id: str, claimed: tuple[Logged, ...], base: Base
    ) -> tuple[tuple[Logged, ...], Lexicon]:
        """Learn the words, and claim as well what must be told again, until that is all."""
        while True:
            learnt = self._learn(claimed, base.lexicon)
            names = self._behind(claimed, base, learnt)
            again = self._claim(batch_id, names) if names else ()
            if not again:
                return claimed, learnt
            claimed = (*again, *claimed)

    def _behind(self, claimed: Sequence[Logged], base: Base, learnt: Lexicon) -> tuple[str, ...]:
        """Name the episodes that live items rest on and that may be told otherwise by now."""
        read = reader(self._instruments.finder, learnt)
        successes = (episode for episode, outcome in self._judged(claimed) if outcome.success)
        taken = {logged.episode.id for logged in claimed}
        names = to_reconsider(
            claimed,
            base.items,
            reworded=reclassified(base.lexicon, learnt),
            config=self._instruments.config,
        )
        behind = dict.fromkeys((*names, *outgrown(base.items, successes, read)))
        return tuple(name for name in behind if name not in taken)

    def _found(
        self,
        batch_id: str,
        claimed: tuple[Logged, ...],
        base: Base,
        learnt: Lexicon,
        *,
        ledger: Ledger,
        waiting: bool,
    ) -> Findings:
        """Distil the claimed episodes, and the failures that were `waiting` for what they bring."""
        instruments = self._instruments._replace(purse=ledger)
        findings = distil_by(claimed, known=base.items, lexicon=learnt, instruments=instruments)
        if not waiting:
            return findings
        reworded = reclassified(base.lexicon, learnt)
        reread = reworded or learnt.refusals != base.lexicon.refusals
        news = News(findings, base.items, instruments=instruments)
        return self._with_waiting(batch_id, findings, news, reread=reread)

    def _with_waiting(
        self, batch_id: str, findings: Findings, news: News, *, reread: bool
    ) -> Findings:
        """Look again at the failures that wait, if there is anything new to hold them against."""
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

    def _is_due(self, claimed: Sequence[Logged], base: Base, learnt: Lexicon) -> bool:
        """Tell whether guards are to be mined anew.

        What was left by an earlier batch counted there already.
        """
        after = self._store.judged_count(self._namespace)
        fresh = sum(it.state == "pending" and not it.reason and bool(it.outcomes) for it in claimed)
        return is_due(after - fresh, after) or reclassified(base.lexicon, learnt)

    def _guards(
        self, findings: Findings, claimed: Sequence[Logged], base: Base, *, anew: bool
    ) -> Rechecked:
        """Hold the guards, or those that all runs now teach, against the successes."""
        config = self._instruments.config
        read = reader(self._instruments.finder, findings.lexicon)
        made = findings.demonstrations
        if not anew:
            judged = self._judged(claimed)
            return uphold(base.items, made, judged, read=read, config=config.guards)
        known = (item for item in base.items if isinstance(item, Demonstration))
        whole = self._store.judged_count(self._namespace) > len(claimed)
        taken = {logged.episode.id for logged in claimed}

        def all_judged() -> Iterator[Judgement]:
            """Give what was consolidated before and what is now; nothing that is still to come."""
            held = self._store.episodes(self._namespace) if whole else claimed
            return self._judged(
                it for it in held if it.state != "pending" or it.episode.id in taken
            )

        return renew((*known, *made), all_judged, read=read, config=config)

    def _judged(self, logged: Iterable[Logged]) -> Iterator[Judgement]:
        """Give the closed episodes with a trusted verdict, each with the one that counts."""
        config = self._instruments.config
        for entry in logged:
            outcome = verdict(entry, config)
            if entry.closed and outcome is not None and distrust(outcome, config) is None:
                yield entry.episode, outcome

    def _write(
        self, findings: Findings, claimed: Sequence[Logged], base: Base, batch_id: str
    ) -> Written | None:
        """Commit the findings; merge and learn anew whenever another batch came first.

        Gives nothing when what that one brought must be read otherwise, or asks for more
        episodes: then it is all to be done again.
        """
        lexicon = findings.lexicon
        while True:
            anew = self._is_due(claimed, base, lexicon)
            guards = self._guards(findings, claimed, base, anew=anew)
            merged = merge(
                findings,
                known=base.items,
                guards=guards.lessons,
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
                return Written(change, merged.added, merged.retired, guards.contradictions)
            base = self._base()
            lexicon = self._learn(claimed, base.lexicon)
            reworded = reclassified(findings.lexicon, lexicon)
            if reworded or self._behind(claimed, base, lexicon):
                return None


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
