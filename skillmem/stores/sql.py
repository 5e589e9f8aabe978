"""SqlStore: where each operation's transaction begins and ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from skillmem.config import StorageConfig
from skillmem.protocols import (
    Collection,
    Entry,
    ItemVector,
    PreparedBatch,
    Spent,
    VectorDelta,
    Waiting,
)
from skillmem.stores import (
    batches,
    embeddings,
    episodes,
    expenses,
    history,
    items,
    leases,
    progress,
    receipts,
    restoring,
)
from skillmem.stores.creation import create_or_check
from skillmem.stores.engine import Database
from skillmem.stores.location import locate
from skillmem.types import (
    Change,
    EndedBy,
    Episode,
    Expense,
    Lexicon,
    Logged,
    MemoryItem,
    Namespace,
    Outcome,
    Retrieval,
    Step,
    format_namespace,
    now,
)


class SqlStore:
    """A `RecordStore` in a SQL database. Threads and processes may share it.

    Iterations see items and history as of their first value. They hold no transaction
    between values, `entries` apart.
    """

    def __init__(
        self, database: Database, *, settings: StorageConfig, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock

    @classmethod
    def open(
        cls,
        location: str | Path,
        *,
        settings: StorageConfig | None = None,
        clock: Callable[[], datetime] = now,
    ) -> Self:
        """Open the store in a folder (made if it is new), or behind a SQLAlchemy URL.

        Args:
            location: a folder, which then holds `skillmem.db`, or a URL such as
                `sqlite:////var/lib/agent/memory.db`.
            settings: how long to wait for locks, and how much to read at a time.
            clock: tells when something is written; only `close_stale` asks for it.

        Raises:
            InvalidOption: the URL can't be read, or is of a kind that isn't served.
            StoreUnavailable: the location can't be created, opened or written.
            StoreDamaged: there is a file, but it is no database, or parts are missing.
            StoreBusy: another process held the write lock for too long.
            SchemaTooOld: an older release wrote it; nothing is migrated silently.
            SchemaTooNew: a newer release wrote it.
        """
        chosen = settings or StorageConfig()
        database = Database(locate(location), busy_seconds=chosen.busy_seconds)
        try:
            create_or_check(database)
        except BaseException:
            database.close()
            raise
        return cls(database, settings=chosen, clock=clock)

    def put_episode(self, namespace: Namespace, episode: Episode) -> Episode:
        """Store a finished episode; storing the same again changes nothing."""
        name = format_namespace(namespace)
        with self._database.writing() as connection:
            history.ensure(connection, name)
            return episodes.put(connection, name, episode, at=self._now())

    def open_episode(self, namespace: Namespace, episode: Episode) -> Logged:
        """Store the head of an episode whose steps will come, or give it back as it stands."""
        name = format_namespace(namespace)
        with self._database.writing() as connection:
            history.ensure(connection, name)
            return progress.begin(connection, name, episode, at=self._now())

    def append_step(self, namespace: Namespace, episode_id: str, index: int, step: Step) -> None:
        """Store step `index`, counted from 0 without gaps."""
        with self._database.writing() as connection:
            head = episodes.get(connection, format_namespace(namespace), episode_id)
            progress.append(connection, head, index, step, at=self._now())

    def finish_episode(
        self,
        namespace: Namespace,
        episode_id: str,
        *,
        ended_by: EndedBy,
        ended_at: datetime,
        outcome: Outcome | None,
    ) -> Episode:
        """Close an open episode; closing it again in the same way changes nothing."""
        end = {"ended_by": ended_by, "ended_at": ended_at, "outcome": outcome}
        with self._database.writing() as connection:
            head = episodes.get(connection, format_namespace(namespace), episode_id)
            ended = episodes.load_episode(connection, head).model_copy(update=end)
            return progress.finish(connection, head, ended)

    def close_stale(
        self, namespace: Namespace, *, before: datetime, ended_at: datetime
    ) -> tuple[str, ...]:
        """End by `error` the open episodes that were silent since `before`; name them."""
        with self._database.writing() as connection:
            return progress.close_stale(
                connection,
                format_namespace(namespace),
                before=before.timestamp(),
                ended_at=ended_at,
            )

    def add_outcome(self, namespace: Namespace, episode_id: str, outcome: Outcome) -> Outcome:
        """Append a verdict; the episode waits for consolidation again."""
        with self._database.writing() as connection:
            head = episodes.get(connection, format_namespace(namespace), episode_id)
            episodes.add_outcome(connection, head, outcome)
        return outcome

    def episode(self, namespace: Namespace, episode_id: str) -> Logged:
        """Give one episode."""
        with self._database.reading() as connection:
            head = episodes.get(connection, format_namespace(namespace), episode_id)
            return episodes.load(connection, head)

    def episodes(self, namespace: Namespace) -> Iterator[Logged]:
        """Iterate over all episodes, in the order in which they were stored."""
        name = format_namespace(namespace)
        limit = self._settings.episode_page
        after = 0
        while True:
            with self._database.reading() as connection:
                heads = episodes.heads(connection, name, after=after, limit=limit)
                page = [episodes.load(connection, head) for head in heads]
            yield from page
            if len(page) < limit:
                return
            after = heads[-1].serial

    def judged_count(self, namespace: Namespace) -> int:
        """Count the closed episodes that have a verdict."""
        with self._database.reading() as connection:
            return episodes.count_judged(connection, format_namespace(namespace))

    def claim(
        self,
        namespace: Namespace,
        *,
        holder: str,
        at: datetime,
        lease_seconds: float,
        episode_ids: Sequence[str] | None = None,
    ) -> tuple[Logged, ...]:
        """Lease closed episodes to `holder`: those named, or what is pending."""
        name = format_namespace(namespace)
        begun = at.timestamp()
        with self._database.writing() as connection:
            heads = leases.claim(
                connection,
                name,
                lease=leases.Lease(holder, begun, begun + lease_seconds),
                episode_ids=episode_ids,
            )
        with self._database.reading() as connection:
            return tuple(episodes.load(connection, head) for head in heads)

    def waiting(self, namespace: Namespace) -> tuple[Waiting, ...]:
        """Name the closed episodes that wait, in the order of storing, without their steps."""
        with self._database.reading() as connection:
            return tuple(
                Waiting(name, episode.task.goal)
                for name, episode in episodes.waiting(connection, format_namespace(namespace))
            )

    def leased(self, namespace: Namespace, *, holder: str, at: datetime) -> int:
        """Count the pending episodes that others than `holder` lease at the moment."""
        with self._database.reading() as connection:
            return leases.leased(
                connection, format_namespace(namespace), holder=holder, at=at.timestamp()
            )

    def renew(
        self, namespace: Namespace, *, holder: str, at: datetime, lease_seconds: float
    ) -> None:
        """Let what `holder` still leases be leased from `at` on for so long."""
        with self._database.writing() as connection:
            leases.renew(
                connection,
                format_namespace(namespace),
                holder=holder,
                expires_at=at.timestamp() + lease_seconds,
            )

    def release(self, namespace: Namespace, *, holder: str) -> None:
        """Give back what `holder` still leases."""
        with self._database.writing() as connection:
            leases.release(connection, format_namespace(namespace), holder=holder)

    def commit(self, namespace: Namespace, batch: PreparedBatch) -> Change | None:
        """Write a batch in one short transaction and end its lease."""
        with self._database.writing() as connection:
            return batches.commit(connection, format_namespace(namespace), batch)

    def version(self, namespace: Namespace) -> int:
        """Tell the version of the namespace: 0 when nothing was ever consolidated."""
        with self._database.reading() as connection:
            return history.stand(connection, format_namespace(namespace)).version

    def items(self, namespace: Namespace, *, include_retired: bool = False) -> Iterator[MemoryItem]:
        """Iterate over the items, in the order in which they were made."""
        name = format_namespace(namespace)
        version = self.version(namespace)
        after = 0
        while True:
            with self._database.reading() as connection:
                page = items.page(
                    connection,
                    name,
                    items.Span(version, after=after, limit=self._settings.item_page),
                    include_retired=include_retired,
                )
            yield from (stored.item for stored in page)
            if len(page) < self._settings.item_page:
                return
            after = page[-1].serial

    def changes(self, namespace: Namespace) -> Iterator[Change]:
        """Iterate over the history, oldest first."""
        with self._database.reading() as connection:
            found = history.all_changes(connection, format_namespace(namespace))
        yield from found

    def lexicon(self, namespace: Namespace, *, version: int | None = None) -> Lexicon:
        """Give the newest lexicon, or that of a version; an empty one when nothing was learnt."""
        with self._database.reading() as connection:
            return history.newest_lexicon(connection, format_namespace(namespace), version=version)

    def vectors(self, collection: Collection, *, after: int) -> VectorDelta:
        """Give what changed in `collection` after `after`, up to now."""
        with self._database.reading() as connection:
            mark = history.stand(connection, format_namespace(collection.namespace)).mark
            if mark == after:
                return embeddings.unchanged(mark)
            return embeddings.delta(connection, collection, after=after, mark=mark)

    def put_vectors(self, namespace: Namespace, vectors: Sequence[ItemVector]) -> None:
        """Keep embeddings of existing items; one that is held already is left alone."""
        name = format_namespace(namespace)
        with self._database.writing() as connection:
            new = embeddings.missing(connection, name, vectors)
            if new:
                mark = history.raise_mark(connection, name)
                embeddings.insert_vectors(connection, name, new, mark=mark)

    def put_retrievals(self, namespace: Namespace, retrievals: Sequence[Retrieval]) -> None:
        """Keep receipts (ids, reasons and a digest of the text); known ones are left alone."""
        with self._database.writing() as connection:
            receipts.put(connection, format_namespace(namespace), retrievals)

    def reserve_expense(
        self, namespace: Namespace, expense: Expense, *, since: datetime, most: Spent
    ) -> Spent | None:
        """Write down what is about to be spent, unless all since a moment would pass `most`."""
        with self._database.writing() as connection:
            return expenses.reserve(
                connection, format_namespace(namespace), expense, since=since, most=most
            )

    def put_expense(self, namespace: Namespace, expense: Expense) -> None:
        """Write down what was spent on a model, in place of what was reserved under its id."""
        with self._database.writing() as connection:
            expenses.put(connection, format_namespace(namespace), expense)

    def expenses(self, namespace: Namespace) -> Iterator[Expense]:
        """Iterate over what was spent on models, oldest first."""
        with self._database.reading() as connection:
            found = tuple(expenses.all_expenses(connection, format_namespace(namespace)))
        yield from found

    def entries(self, namespace: Namespace) -> Iterator[Entry]:
        """Iterate over all that the namespace holds, receipts apart, as of one moment."""
        with self._database.reading() as connection:
            yield from restoring.entries(connection, format_namespace(namespace))

    def restore(self, entries: Iterable[tuple[Namespace, Entry]]) -> None:
        """Write back what `entries` gave, in one transaction: all of it or nothing."""
        with self._database.writing() as connection:
            restoring.restore(connection, entries, at=self._now())

    def namespaces(self) -> tuple[Namespace, ...]:
        """Name every namespace in which anything was recorded, sorted."""
        with self._database.reading() as connection:
            return history.all_namespaces(connection)

    def close(self) -> None:
        """Give back files and connections. Closing twice does nothing."""
        self._database.close()

    def _now(self) -> float:
        return self._clock().timestamp()
