"""SkillMemory, the facade: the one object that a user of the library holds.

It composes the parts and holds no logic of its own: `recording` logs episodes,
`consolidation` decides what becomes memory, `view` keeps what a retrieval reads at hand,
`retrieval` decides what is shown, and the record store is the truth behind all of them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import JsonValue

from skillmem.actions import read_call
from skillmem.batches import Consolidator
from skillmem.config import Config
from skillmem.consolidation import Instruments, check, criticise, verdict
from skillmem.critiques import Critique
from skillmem.errors import InvalidOption
from skillmem.protocols import (
    Critic,
    Distiller,
    Embedder,
    RecordStore,
    Replay,
    TokenCounter,
    VectorIndex,
    Watch,
)
from skillmem.receipts import Receipts
from skillmem.recording import OpenEpisode
from skillmem.retrieval import Tools, retrieve
from skillmem.returning import roll_back
from skillmem.structure import reader
from skillmem.types import (
    Batch,
    Change,
    Demonstration,
    Episode,
    Kind,
    MemoryItem,
    Namespace,
    Outcome,
    Retrieval,
    Step,
    Task,
    Violation,
    new_id,
    now,
    require_namespace,
    require_record,
)
from skillmem.view import View

Clock = Callable[[], datetime]


class SkillMemory:
    """A memory of one namespace's runs. Open it with `SkillMemory.open`; close it after use."""

    def __init__(
        self,
        store: RecordStore,
        view: View,
        *,
        distiller: Distiller,
        config: Config,
        clock: Clock,
    ) -> None:
        self._store = store
        self._view = view
        self._distiller = distiller
        self._config = config
        self._clock = clock
        self._receipts = Receipts()

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        namespace: Sequence[str] = ("default",),
        embedder: Embedder | None = None,
        token_counter: TokenCounter | None = None,
        distiller: Distiller | None = None,
        index: VectorIndex | None = None,
        config: Config | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Open the memory in a folder (made if it is new) or behind a SQLAlchemy URL.

        Args:
            location: a folder, which then holds everything, or a SQLAlchemy URL.
            namespace: whose memory it is; nothing crosses namespaces.
            embedder: turns texts into vectors; by default a static model from a package.
            token_counter: counts a prompt's tokens; by default tiktoken's `cl100k_base`.
            distiller: makes lessons of failures; by default by rule, without a model.
            index: finds nearest vectors; by default exactly, in memory.
            config: every number one may tune.
            clock: tells the time, in UTC.

        Raises:
            InvalidNamespace: a label is empty or holds `/` or `.`.
            StoreUnavailable: the location can't be created, read or written.
            StoreDamaged: there is a file, but it is no database of ours.
            SchemaTooOld: an older release wrote it; run `skillmem migrate`.
            SchemaTooNew: a newer release wrote it; update skillmem.
        """
        from skillmem.consolidation import BuiltInDistiller
        from skillmem.embedders import StaticEmbedder
        from skillmem.indexes import ExactIndex
        from skillmem.stores import SqlStore
        from skillmem.structure import LearntEntityFinder
        from skillmem.tokens import TiktokenCounter

        owner = require_namespace(namespace)
        settings = config or Config()
        time_source = clock or now
        tools = Tools(
            embedder=embedder or StaticEmbedder(),
            counter=token_counter or TiktokenCounter(),
            finder=LearntEntityFinder(),
            config=settings,
        )
        store = SqlStore.open(location, clock=time_source)
        view = View(store, index or ExactIndex(), namespace=owner, tools=tools)
        return cls(
            store,
            view,
            distiller=distiller or BuiltInDistiller(),
            config=settings,
            clock=time_source,
        )

    @property
    def namespace(self) -> Namespace:
        """Whose memory this is."""
        return self._view.namespace

    @property
    def version(self) -> int:
        """The version of this namespace: 0 while nothing was consolidated."""
        return self._store.version(self.namespace)

    def begin(
        self,
        task: Task,
        *,
        episode_id: str | None = None,
        retrieval_ids: Sequence[str] = (),
        agent: str = "",
        seed: int | None = None,
        metadata: Mapping[str, JsonValue] | None = None,
    ) -> OpenEpisode:
        """Start logging an episode, or go on with the open one of that id.

        Raises:
            EpisodeConflict: the id is taken by another task or agent.
        """
        require_record(Task, task)
        started = self._clock()
        head = Episode(
            id=new_id() if episode_id is None else episode_id,
            task=task,
            retrieval_ids=tuple(retrieval_ids),
            started_at=started,
            ended_at=started,
            agent=agent,
            seed=seed,
            metadata=dict(metadata or {}),
        )
        logged = self._store.open_episode(self.namespace, head)
        return OpenEpisode(
            logged,
            store=self._store,
            namespace=self.namespace,
            clock=self._clock,
            on_finish=self._keep_receipts,
        )

    def sweep(self) -> tuple[str, ...]:
        """Close, as `error`, the open episodes that have been silent too long; name them.

        How long is `config.consolidation.stale_seconds`: an hour unless you say otherwise.
        """
        at = self._clock()
        silence = timedelta(seconds=self._config.consolidation.stale_seconds)
        return self._store.close_stale(self.namespace, before=at - silence, ended_at=at)

    def record(self, episode: Episode) -> Episode:
        """Store a finished episode; it is durable when this returns. Idempotent by its id.

        Raises:
            EpisodeConflict: the id is taken by other content (clocks and retrieval ids apart).
        """
        require_record(Episode, episode)
        stored = self._store.put_episode(self.namespace, episode)
        self._keep_receipts(episode)
        return stored

    def add_outcome(self, episode_id: str, outcome: Outcome) -> Outcome:
        """Append a verdict that came later; it counts from the next batch on.

        Of several verdicts the one with the most trusted kind of verifier counts, the newest
        among equals. One that overturns another retires what was derived from the old one.

        Raises:
            EpisodeNotFound: there is no such episode.
            SelfVerified: the verifier is the episode's own agent.
        """
        require_record(Outcome, outcome)
        return self._store.add_outcome(self.namespace, episode_id, outcome)

    def retrieve(self, task: Task, *, token_budget: int, steps: Sequence[Step] = ()) -> Retrieval:
        """Choose and render what helps with `task`, within `token_budget` tokens.

        The text's tokens, counted as rendered, never exceed the budget; the text is empty
        when nothing fits or nothing helps. Never raises because the memory is empty.
        """
        require_record(Task, task)
        budget = operator.index(token_budget)
        snapshot = self._view.snapshot()
        retrieval = retrieve(
            task,
            token_budget=budget,
            steps=steps,
            snapshot=snapshot,
            tools=self._view.tools,
            search=self._view.search,
        )
        self._receipts.keep(retrieval)
        return retrieval

    def check(
        self, action: str | Step, *, task: Task | None = None, steps: Sequence[Step] = ()
    ) -> tuple[Violation, ...]:
        """Tell which guards an action would break, if it were done next. Blocks nothing.

        Args:
            action: the command, a tool's call as prompts show it (`pay(order="A-17")`), or a
                `Step` with the call.
            task: the task it is for; without it only the guards of all tasks are looked at.
            steps: what was done for the task so far.
        """
        if isinstance(action, str):
            candidate = read_call(action) or Step(action=action, observation="")
        else:
            require_record(Step, action)
            candidate = action
        if task is not None:
            require_record(Task, task)
        snapshot = self._view.snapshot()
        return check(
            candidate,
            goal="" if task is None else task.goal,
            steps=steps,
            items=snapshot.items.values(),
            read=reader(self._view.tools.finder, snapshot.lexicon),
        )

    def count_tokens(self, text: str) -> int:
        """Count the tokens of a text as `retrieve` counts its own."""
        return self._view.tools.counter.count(text)

    def critique(self, episode: Episode, *, critic: Critic | None = None) -> Critique | None:
        """Say at which step a failed attempt went wrong and what to do instead, for its retry.

        It is for the same task again, so it names that task's own things. The verdict's `detail`
        counts where it names a step and actions, then what the nearest successes in memory show,
        then the `critic`. Nothing where none of them gives both a place and a remedy, where
        the verdict isn't trusted, or where the failure was no doing of the agent's. Neither the
        episode nor the critique is stored; a `Refiner` does that.
        """
        require_record(Episode, episode)
        snapshot = self._view.snapshot()
        known = (item for item in snapshot.items.values() if isinstance(item, Demonstration))
        return criticise(
            episode,
            successes=tuple(known),
            read=reader(self._view.tools.finder, snapshot.lexicon),
            config=self._config,
            critic=critic,
        )

    def consolidate(
        self,
        *,
        episode_ids: Sequence[str] | None = None,
        replay: Replay | None = None,
        progress: Watch | None = None,
    ) -> Batch:
        """Turn all that is judged and not consolidated yet into memory.

        Args:
            episode_ids: only these episodes, whatever was made of them before.
            replay: gives a fresh copy of an episode's environment, so that compacted
                demonstrations are verified by playing them; without it only steps that were
                refused or failed and closed loops are dropped.
            progress: is called with a stage's name (`successes`, `failures`), how many of its
                episodes are done, and how many there are.

        Raises:
            EpisodeNotFound: a named episode does not exist.
            LeaseLost: the batch took so long that another process took over its episodes.
        """
        if isinstance(episode_ids, str):
            raise InvalidOption(f"episode_ids takes a sequence of ids; pass [{episode_ids!r}]")
        instruments = Instruments(
            finder=self._view.tools.finder,
            distiller=self._distiller,
            replay=replay,
            config=self._config.consolidation,
            watch=progress,
        )
        consolidator = Consolidator(
            self._store, self._view, instruments=instruments, clock=self._clock
        )
        return consolidator.run(episode_ids=episode_ids)

    def rollback(self, version: int, *, reason: str = "") -> Change:
        """Show again what `version` showed, and nothing else, as a new version.

        The episodes stay consolidated: name them to `consolidate` to learn from them again.
        Going back to what is shown already changes nothing.

        Raises:
            InvalidOption: there was no such version.
        """
        return roll_back(
            self._store,
            self._view,
            operator.index(version),
            at=self._clock(),
            reason=reason,
        )

    def items(
        self, *, kind: Kind | None = None, include_retired: bool = False
    ) -> Iterator[MemoryItem]:
        """Iterate over the items, in the order in which they were made."""
        for item in self._store.items(self.namespace, include_retired=include_retired):
            if kind is None or item.kind == kind:
                yield item

    def episodes(self) -> Iterator[Episode]:
        """Iterate over the closed episodes, oldest first, with the verdict that counts."""
        for logged in self._store.episodes(self.namespace):
            if logged.closed:
                yield logged.episode.model_copy(
                    update={"outcome": verdict(logged, self._config.consolidation)}
                )

    def changes(self) -> Iterator[Change]:
        """Iterate over the namespace's history, oldest first."""
        return self._store.changes(self.namespace)

    def close(self) -> None:
        """Write what is still queued and give back all files. Closing twice does nothing."""
        queued = self._receipts.take()
        try:
            if queued:
                self._store.put_retrievals(self.namespace, queued)
        finally:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _keep_receipts(self, episode: Episode) -> None:
        """Store the receipts that `episode` names; the others stay queued."""
        named = self._receipts.take(episode.retrieval_ids)
        if named:
            self._store.put_retrievals(self.namespace, named)
