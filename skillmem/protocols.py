"""Every seam of the library, with as few methods as possible."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

from skillmem.chats import Message, Usage
from skillmem.critiques import CritiqueDraft
from skillmem.types import (
    Change,
    ChangeKind,
    Demonstration,
    EndedBy,
    Episode,
    Expense,
    Kind,
    LessonDraft,
    Lexicon,
    LexiconVersion,
    Logged,
    MemoryItem,
    Namespace,
    Outcome,
    Prompt,
    Retrieval,
    Step,
    Task,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vector: TypeAlias = "NDArray[np.float32]"
Vectors: TypeAlias = "NDArray[np.float32]"


class TokenCounter(Protocol):
    """Counts tokens as the reader of the prompt would."""

    @property
    def name(self) -> str:
        """Identify the table that counts; part of a retrieval's fingerprint."""
        ...

    def count(self, text: str) -> int:
        """Count the tokens of `text`; what looks like a special token is plain text."""
        ...


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """Identify model and revision; stored beside every vector."""
        ...

    @property
    def dimensions(self) -> int:
        """Tell the length of a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed `texts` as float32 rows of shape (len(texts), dimensions), each of length 1.

        A text without any known word becomes a zero row.
        """
        ...


class Mention(NamedTuple):
    """Where a text names an entity: characters `start` to `end`, and the bare `name`.

    `name` is the same for every way of naming one kind of thing (`apple` for `apple 3`).
    """

    start: int
    end: int
    name: str


class EntityFinder(Protocol):
    """Learns which words are entities, and finds them in a text."""

    def learn(self, episodes: Sequence[Episode], lexicon: Lexicon) -> Lexicon:
        """Add what `episodes` show to what was known. Pure; never forgets a word."""
        ...

    def mentions(self, text: str, lexicon: Lexicon) -> tuple[Mention, ...]:
        """Find the entities named in `text`, left to right, without overlap."""
        ...


class ChatModel(Protocol):
    """A chat model behind a server; `skillmem.llms.ChatServer` is one."""

    @property
    def name(self) -> str:
        """Name model and server, without any secret."""
        ...

    @property
    def model(self) -> str:
        """Give the name that the server has for it; prices go by it."""
        ...

    @property
    def usage(self) -> Usage:
        """Tell what was taken of it so far, failures included.

        What a request took is told by the difference: whoever else asks the model at the same
        time is counted too.
        """
        ...

    @property
    def most_calls(self) -> int:
        """Tell how many requests one `complete` may send: caps on calls reckon with all of them."""
        ...

    def complete(
        self,
        messages: Sequence[Message],
        *,
        temperature: float,
        max_tokens: int,
        seed: int,
        schema: Mapping[str, Any] | None = None,
    ) -> str:
        """Give the answer's text: JSON of `schema`, as far as the server can see to that.

        Raises:
            ModelUnavailable: the server gives no answer.
            UnusableReply: it gives another answer than was asked for.
        """
        ...


class Purse(Protocol):
    """What a distiller may spend on a model, and where it notes what it spent."""

    def recall(self, episode_id: str, question: str) -> str | None:
        """Give the reply that the same question about an episode got before, if it did."""
        ...

    def reserve(self, episode_id: str, model: ChatModel, most: Usage, *, question: str) -> Expense:
        """Set aside, durably, the most that a request can take. `question` identifies it.

        Raises:
            CapReached: it might pass a cap; don't send it.
            ModelUnavailable: the model was given up on.
        """
        ...

    def settle(self, expense: Expense, usage: Usage, *, became: str, reply: str) -> None:
        """Note, durably, what a request took instead, and what came of it."""
        ...

    def give_up(self, model: ChatModel, reason: str) -> None:
        """Note that the model is gone, and not to be asked again as long as this purse lasts."""
        ...


class Distiller(Protocol):
    """Turns one failed episode into at most one lesson."""

    @property
    def name(self) -> str:
        """Identify the distiller, and its model if it has one."""
        ...

    def distil(
        self,
        failure: Episode,
        *,
        successes: Sequence[Demonstration],
        finder: EntityFinder,
        lexicon: Lexicon,
        purse: Purse,
    ) -> LessonDraft | None:
        """Say what went wrong, or nothing when nothing can be learnt.

        `successes` are the demonstrations known so far. The draft's texts name no entity
        and hold no digit. Before it asks a model it asks `purse`.

        Raises:
            CapReached: `purse` said so; the failure is left for a later batch.
        """
        ...


class Critic(Protocol):
    """Says of one failed attempt where it went wrong, and how to do it instead."""

    def criticise(
        self, failure: Episode, *, successes: Sequence[Demonstration]
    ) -> CritiqueDraft | None:
        """Name a step, the mistake and the advice, or nothing when either can't be told.

        `successes` are the live demonstrations. It is for the same task again, so things may be
        called by their names. A draft without a step of the run, or without advice, is dropped.
        """
        ...


class Collection(NamedTuple):
    """One set of vectors in an index: a namespace's items of a kind, in a space.

    `space` says what was embedded: `goal` (as worded) or `masked` (entities removed).
    """

    namespace: Namespace
    kind: Kind
    space: str
    embedder: str


class Hit(NamedTuple):
    """An item found, and its cosine similarity to the query."""

    id: str
    score: float


class VectorDelta(NamedTuple):
    """What changed in a collection after one version, up to another.

    `vectors` has one row per entry of `added`, or shape (0, 0) when there is none. The
    versions of vectors are not those of the namespace: they also rise when an embedding
    comes late, for an item made before. They are compared only with each other.
    """

    version: int
    added: tuple[str, ...]
    vectors: Vectors
    removed: tuple[str, ...]
    after: int = 0


class VectorIndex(Protocol):
    """Finds the nearest vectors. A view: it can be thrown away and rebuilt."""

    def version(self, collection: Collection) -> int:
        """Tell the version that `collection` has caught up with; 0 when it is not held.

        It is that of the last `VectorDelta`, to be passed on as `after`; not the namespace's.
        """
        ...

    def apply(self, collection: Collection, delta: VectorDelta) -> None:
        """Catch up with `delta`. Applying one twice changes nothing.

        A delta that is behind the collection, or begins after the version that it has caught
        up with, is left alone: another thread was quicker, or dropped the collection.
        """
        ...

    def search(self, collection: Collection, query: Vector, *, limit: int) -> tuple[Hit, ...]:
        """Find the `limit` nearest, best first; equal scores in order of id.

        A zero vector, stored or asked for, has the score 0 with everything.
        """
        ...

    def drop(self, collection: Collection) -> None:
        """Forget `collection`; its version is 0 again."""
        ...


class Spent(NamedTuple):
    """Calls, tokens and money of models, or what they may be at most: infinite without a bound."""

    calls: float = 0
    tokens: float = 0
    money: float = 0.0

    def passes(self, most: Spent) -> bool:
        """Tell whether any of it is more than `most` allows."""
        return any(mine > allowed for mine, allowed in zip(self, most, strict=True))


class ItemVector(NamedTuple):
    """An embedding of one item, as the store keeps it."""

    item_id: str
    space: str
    embedder: str
    vector: Vector


Entry = Logged | MemoryItem | Change | LexiconVersion | ItemVector | Expense


class PreparedBatch(NamedTuple):
    """All that one commit writes. `added` already carry the version `base_version + 1`.

    `states` maps every claimed episode to (`done`, `skipped`, `waiting` or, what is left for
    the next batch, `pending`; reason).
    When `added` and `retired` are empty the version is not raised, but states are written.
    `batch_id` is empty, and there are no states, where `kind` is no batch.
    """

    batch_id: str
    holder: str
    base_version: int
    added: tuple[MemoryItem, ...]
    retired: tuple[str, ...]
    vectors: tuple[ItemVector, ...]
    lexicon: Lexicon
    states: Mapping[str, tuple[str, str]]
    made_at: datetime
    reason: str = ""
    kind: ChangeKind = "batch"


class Waiting(NamedTuple):
    """An episode that waits for a success to be held against: its id, and its goal as worded."""

    episode_id: str
    goal: str


class RecordStore(Protocol):
    """The record of truth. Every write is durable when the call returns.

    Each method but `restore`, `namespaces` and `close` works within one namespace, matched
    exactly.
    """

    def put_episode(self, namespace: Namespace, episode: Episode) -> Episode:
        """Store a finished episode; storing the same again changes nothing.

        An open episode of that id is closed by it, if it has the same task and agent and
        begins with the steps that are stored.

        Raises:
            EpisodeConflict: the id is taken by other content (clocks and retrieval ids apart).
        """
        ...

    def open_episode(self, namespace: Namespace, episode: Episode) -> Logged:
        """Store the head of an episode whose steps will come, or give it back as it stands.

        Raises:
            EpisodeConflict: the id is taken by another task or agent.
        """
        ...

    def append_step(self, namespace: Namespace, episode_id: str, index: int, step: Step) -> None:
        """Store step `index` (from 0, without gaps).

        The same step again changes nothing, not even after the end: so an agent that was
        killed may send again what it can't know to be stored.

        Raises:
            EpisodeConflict: `index` holds another step, or would leave a gap.
            EpisodeClosed: the episode has ended, and has no step `index`.
            EpisodeNotFound: there is no such episode.
        """
        ...

    def finish_episode(
        self,
        namespace: Namespace,
        episode_id: str,
        *,
        ended_by: EndedBy,
        ended_at: datetime,
        outcome: Outcome | None,
    ) -> Episode:
        """Close an open episode; closing it again in the same way changes nothing.

        Raises:
            EpisodeConflict: it was closed with another verdict or end.
            EpisodeNotFound: there is no such episode.
        """
        ...

    def close_stale(
        self, namespace: Namespace, *, before: datetime, ended_at: datetime
    ) -> tuple[str, ...]:
        """End by `error` the open episodes to which nothing was written since `before`.

        Gives their ids. One transaction: a step that comes meanwhile is either seen or late.
        """
        ...

    def add_outcome(self, namespace: Namespace, episode_id: str, outcome: Outcome) -> Outcome:
        """Append a verdict; the episode waits for consolidation again.

        Raises:
            EpisodeNotFound: there is no such episode.
            SelfVerified: the verifier is the episode's own agent.
        """
        ...

    def episode(self, namespace: Namespace, episode_id: str) -> Logged:
        """Give one episode.

        Raises:
            EpisodeNotFound: there is no such episode.
        """
        ...

    def episodes(self, namespace: Namespace) -> Iterator[Logged]:
        """Iterate over all episodes, in the order in which they were stored."""
        ...

    def judged_count(self, namespace: Namespace) -> int:
        """Count the closed episodes that have a verdict."""
        ...

    def claim(
        self,
        namespace: Namespace,
        *,
        holder: str,
        at: datetime,
        lease_seconds: float,
        episode_ids: Sequence[str] | None = None,
    ) -> tuple[Logged, ...]:
        """Lease closed episodes to `holder`, in the order of storing.

        Those that are pending are taken. `episode_ids` names episodes to take instead, whatever
        their state; open ones are left out all the same. What is leased to another holder is
        left out until that lease expires.

        Raises:
            EpisodeNotFound: a named episode does not exist.
        """
        ...

    def waiting(self, namespace: Namespace) -> tuple[Waiting, ...]:
        """Name the closed episodes that wait, in the order of storing, without their steps."""
        ...

    def leased(self, namespace: Namespace, *, holder: str, at: datetime) -> int:
        """Count the pending episodes that others than `holder` lease at the moment."""
        ...

    def renew(
        self, namespace: Namespace, *, holder: str, at: datetime, lease_seconds: float
    ) -> None:
        """Let what `holder` still leases be leased from `at` on for so long.

        What was taken over stays taken, and a verdict that came since the claim stays unseen.
        """
        ...

    def release(self, namespace: Namespace, *, holder: str) -> None:
        """Give back what `holder` still leases."""
        ...

    def commit(self, namespace: Namespace, batch: PreparedBatch) -> Change | None:
        """Write a batch in one short transaction and end its lease.

        Gives the change, or nothing when the namespace is no longer at `base_version`:
        then nothing was written, and the caller merges again. A batch that adds and retires
        nothing gives a change whose version is the base version. An episode that got a
        further verdict since it was claimed stays pending.

        Raises:
            LeaseLost: another holder took over the episodes.
            WrongUse: an item of `added` belongs to another namespace or version.
        """
        ...

    def version(self, namespace: Namespace) -> int:
        """Tell the version of the namespace: 0 when nothing was ever consolidated."""
        ...

    def items(self, namespace: Namespace, *, include_retired: bool = False) -> Iterator[MemoryItem]:
        """Iterate over the items, in the order in which they were made."""
        ...

    def changes(self, namespace: Namespace) -> Iterator[Change]:
        """Iterate over the history, oldest first."""
        ...

    def lexicon(self, namespace: Namespace, *, version: int | None = None) -> Lexicon:
        """Give the newest lexicon, or that of a version; an empty one when nothing was learnt."""
        ...

    def vectors(self, collection: Collection, *, after: int) -> VectorDelta:
        """Give what changed in `collection` after `after`, up to now.

        `after` is the `version` of an earlier delta, or 0 for everything. Asking when nothing
        changed costs no more than `version`, so ask before each search.
        """
        ...

    def put_vectors(self, namespace: Namespace, vectors: Sequence[ItemVector]) -> None:
        """Keep embeddings of existing items.

        One that is held already is left alone, one of an unknown item is dropped.
        """
        ...

    def put_retrievals(self, namespace: Namespace, retrievals: Sequence[Retrieval]) -> None:
        """Keep receipts (ids, reasons and a digest of the text); known ones are left alone."""
        ...

    def reserve_expense(
        self, namespace: Namespace, expense: Expense, *, since: datetime, most: Spent
    ) -> Spent | None:
        """Write down what is about to be spent, unless all since a moment would pass `most`.

        Then nothing is written, and what has been spent since is given. One transaction:
        whoever else reserves at the same time sees this, or is seen.
        """
        ...

    def put_expense(self, namespace: Namespace, expense: Expense) -> None:
        """Write down what was spent on a model, in place of what was reserved under its id."""
        ...

    def expenses(self, namespace: Namespace) -> Iterator[Expense]:
        """Iterate over what was spent on models, oldest first."""
        ...

    def entries(self, namespace: Namespace) -> Iterator[Entry]:
        """Iterate over all that the namespace holds, receipts apart, as of one moment.

        In this order: episodes, items (retired ones too), changes, lexicons, embeddings,
        expenses; each kind in the order in which it was stored.
        """
        ...

    def restore(self, entries: Iterable[tuple[Namespace, Entry]]) -> None:
        """Write back what `entries` gave, in one transaction: all of it or nothing.

        A namespace's version becomes that of its newest change. Whatever `entries` raises
        while it is read undoes everything and passes through.

        Raises:
            InvalidDump: one of the namespaces holds something already.
        """
        ...

    def namespaces(self) -> tuple[Namespace, ...]:
        """Name every namespace in which anything was recorded, sorted."""
        ...

    def close(self) -> None:
        """Give back files and connections. Closing twice does nothing."""
        ...


Info = dict[str, Any]


class Environment(Protocol):
    """A task that can be played, as Gymnasium has it.

    `info` holds `admissible_commands` (a list of texts, each once) and `won` (a bool). It may
    hold `score`, the episode's so far: a float, 1.0 at most, perhaps below zero; without it the
    last reward is the score.
    """

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:
        """Begin anew; give the first observation."""
        ...

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Act; give observation, reward, terminated, truncated, info.

        What isn't admissible is answered as well.

        Raises:
            EpisodeOver: the episode has ended.
        """
        ...


Replay = Callable[[Episode], Environment | None]
Watch = Callable[[str, int, int], None]
"""Is told how far a long piece of work is: the stage's name, what is done, and of how much."""
Recall = Callable[[Sequence[Step]], str]


class Suite(Protocol):
    """The tasks of one environment, in named splits."""

    @property
    def splits(self) -> tuple[str, ...]:
        """Name the splits."""
        ...

    def tasks(self, split: str) -> tuple[str, ...]:
        """Name the split's tasks in a fixed order.

        Raises:
            UnknownSplit: there is none of that name.
        """
        ...

    def task(self, task_id: str) -> Task:
        """Give the task, label included.

        Raises:
            UnknownTask: there is none of that id.
        """
        ...

    def open(self, task_id: str) -> Environment:
        """Make a fresh copy of the task's environment.

        Raises:
            UnknownTask: there is none of that id.
        """
        ...


@runtime_checkable
class DrawingSuite(Protocol):
    """A suite that can draw further training tasks."""

    def draw(self, count: int, seed: int) -> tuple[str, ...]:
        """Draw `count` training tasks, the same for the same seed; ids open anywhere."""
        ...


@runtime_checkable
class ExpertSuite(Protocol):
    """A suite that knows a winning plan for its tasks."""

    def expert(self, task_id: str) -> tuple[str, ...]:
        """Give the actions that win the task."""
        ...


@runtime_checkable
class TransparentSuite(Protocol):
    """A suite that can tell whether two tasks begin in the same state."""

    def initial_state(self, task_id: str) -> str:
        """Identify the whole state in which the task begins, what is hidden included."""
        ...


@runtime_checkable
class Fingerprinted(Protocol):
    """A suite, or an agent, that rests on more than its code and its options.

    Such as a model's file, games in a folder, an engine: a benchmark that was cut off doesn't
    go on with others.
    """

    def fingerprint(self) -> str:
        """Identify all of that: another text whenever it is another, in every process the same."""
        ...


class Policy(Protocol):
    """Chooses one action."""

    def act(self, prompt: Prompt, admissible: Sequence[str], *, seed: int) -> str:
        """Choose the next action; the same arguments give the same answer."""
        ...


class Agent(Protocol):
    """Plays one episode, and sees nothing but what it is given."""

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Reset `env`, act until it ends, and give the episode with the environment's verdict.

        One that the agent's model or the environment broke off has no verdict: `metadata["error"]`
        says why, and `metadata["model_unavailable"]` is `True` if the model can't be had any more,
        `metadata["environment_broke"]` if the environment raised.

        Raises:
            UnusableReply, ModelUnavailable: the same, where no episode is to be given.
        """
        ...
