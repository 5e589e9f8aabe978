"""Every error that skillmem raises on purpose.

    SkillMemError
    ├── WrongUse                  the caller can mend it (command line: exit code 2)
    │   ├── InvalidNamespace
    │   ├── UnknownNamespace
    │   ├── EpisodeConflict       the same id, other content
    │   ├── EpisodeNotFound
    │   ├── EpisodeClosed
    │   ├── SelfVerified          an agent judged its own episode
    │   ├── TextTooLong
    │   ├── UnstorableValue
    │   ├── InvalidDump
    │   ├── InvalidOption
    │   ├── UnknownArm
    │   ├── UnknownEnvironment
    │   ├── UnknownAgent
    │   ├── UnknownSplit
    │   ├── UnknownTask
    │   ├── BenchmarkFailed       an environment or agent raised, or broke its contract
    │   └── EpisodeOver           a step after the end of an environment's episode
    ├── MissingDependency         something to install
    │   ├── MissingExtra
    │   ├── MissingProgram
    │   ├── MissingTokenizer
    │   └── MissingEmbedder
    ├── LeakFound                 a benchmark's splits share a task (exit code 1)
    ├── NothingJudged             no episode of a benchmark has a verdict (exit code 1)
    ├── BenchmarkUnfinished       time was over; the same call goes on (exit code 4)
    ├── ModelError                a language model gave no usable answer (exit code 3)
    │   ├── ModelUnavailable      it can't be reached, is too slow, or broke off
    │   ├── UnusableReply         it answered, and not with what was asked for
    │   └── CapReached            a further request might pass what may be spent
    └── StoreError                the store failed (command line: exit code 3)
        ├── StoreUnavailable
        ├── StoreDamaged
        ├── StoreBusy
        ├── LeaseLost
        ├── SchemaTooOld
        └── SchemaTooNew

A message names the offending value and the next step.
"""

from __future__ import annotations


class SkillMemError(Exception):
    """Anything that skillmem raises on purpose."""


class WrongUse(SkillMemError):
    """The caller passed something that can't be served, and can mend it."""


class InvalidNamespace(WrongUse):
    """A namespace is empty, or a label is empty, unprintable, or holds ``/`` or ``.``."""


class UnknownNamespace(WrongUse):
    """A command names a namespace in which nothing was ever recorded."""


class EpisodeConflict(WrongUse):
    """An episode was recorded again under the same id with other content."""


class EpisodeNotFound(WrongUse):
    """No episode of this namespace has that id."""


class EpisodeClosed(WrongUse):
    """A step was sent to an episode that has ended."""


class SelfVerified(WrongUse):
    """The verifier of an outcome is the agent whose episode it judges."""


class TextTooLong(WrongUse):
    """A text exceeds the most that a record may hold (16 MiB)."""


class UnstorableValue(WrongUse):
    """A value is nested too deeply or too long, or none that its record allows."""


class InvalidDump(WrongUse):
    """A dump can't be loaded: not ours, cut short, or into a store that isn't empty."""


class InvalidOption(WrongUse):
    """An option has a value that can't be used."""


class UnknownArm(WrongUse):
    """A benchmark was asked for an arm that does not exist."""


class UnknownEnvironment(WrongUse):
    """An environment's import path leads nowhere."""


class UnknownAgent(WrongUse):
    """An agent's import path leads nowhere."""


class UnknownSplit(WrongUse):
    """An environment has no split of that name."""


class UnknownTask(WrongUse):
    """An environment has no task of that id."""


class BenchmarkFailed(WrongUse):
    """A benchmark's environment or agent raised, or gave what its contract doesn't allow."""


class EpisodeOver(WrongUse):
    """An environment was asked for a step after its episode had ended."""


class MissingDependency(SkillMemError):
    """Something must be installed first; the message says what."""


class MissingExtra(MissingDependency):
    """An optional package is not installed.

    `lacking` says what for, `extras` and the command `further` install it: so that several of
    these can be told as one.
    """

    lacking: str = ""
    extras: tuple[str, ...] = ()
    further: str = ""


class MissingProgram(MissingDependency):
    """A program that an environment's engine runs in is not installed."""


class MissingTokenizer(MissingDependency):
    """A tokenizer's table is neither installed, nor cached, nor downloadable."""


class MissingEmbedder(MissingDependency):
    """The embedder's model is not installed."""


class LeakFound(SkillMemError):
    """Two splits of a benchmark share a task: its figures would be worthless."""


class NothingJudged(SkillMemError):
    """No episode of a benchmark was judged: it says nothing of any arm."""


class BenchmarkUnfinished(SkillMemError):
    """A benchmark's time was over before there was anything to compare; the same call goes on."""


class ModelError(SkillMemError):
    """A language model gave no usable answer."""


class ModelUnavailable(ModelError):
    """A language model can't be reached, is too slow, broke off, or refused the key."""


class UnusableReply(ModelError):
    """A language model answered, and not with what was asked for."""


class CapReached(ModelError):
    """A further request might pass what may be spent; it was not sent."""


class StoreError(SkillMemError):
    """The store failed; nothing that was acknowledged is lost."""


class StoreUnavailable(StoreError):
    """The store can't be reached, created or written."""


class StoreDamaged(StoreError):
    """The file is not a database, or its integrity check fails."""


class StoreBusy(StoreError):
    """Another process held the write lock for too long."""


class LeaseLost(StoreError):
    """Another process took over the episodes this batch had claimed."""


class SchemaTooOld(StoreError):
    """The store was written by an older release; `skillmem migrate` brings it up to this one."""


class SchemaTooNew(StoreError):
    """The store was written by a newer release of skillmem."""
