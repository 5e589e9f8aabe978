"""An episode that is being played, durable step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self

from pydantic import JsonValue

from skillmem.protocols import RecordStore
from skillmem.types import (
    EndedBy,
    Episode,
    Logged,
    Namespace,
    Outcome,
    Step,
    require_record,
)


class OpenEpisode:
    """Log an episode while it is played. Each step is durable when `step` returns.

    A context manager: an exception ends the episode by `error`, a cancellation by
    `cancelled`; leaving the block without `finish` ends it by `agent`.
    """

    def __init__(
        self,
        logged: Logged,
        *,
        store: RecordStore,
        namespace: Namespace,
        clock: Callable[[], datetime],
        on_finish: Callable[[Episode], None],
    ) -> None:
        self._store = store
        self._namespace = namespace
        self._clock = clock
        self._on_finish = on_finish
        self._episode = logged.episode
        self._steps = list(logged.episode.steps)
        self._closed = logged.closed

    @property
    def id(self) -> str:
        """The episode's id."""
        return self._episode.id

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps stored so far, those of an earlier process included."""
        return tuple(self._steps)

    @property
    def episode(self) -> Episode:
        """The episode as far as it is stored: whole once it is closed."""
        return self._episode.model_copy(update={"steps": self.steps})

    @property
    def closed(self) -> bool:
        """Whether the episode has ended."""
        return self._closed

    def step(
        self,
        action: str,
        observation: str,
        *,
        admissible: tuple[str, ...] = (),
        thought: str = "",
        tool: str | None = None,
        arguments: Mapping[str, JsonValue] | None = None,
        error: str | None = None,
        call_group: str | None = None,
        reward: float | None = None,
        index: int | None = None,
    ) -> Step:
        """Store one step. `index` counts from 0; the same step sent again is not doubled.

        Raises:
            EpisodeClosed: the episode has ended.
            EpisodeConflict: `index` holds another step, or would leave a gap.
        """
        step = Step(
            action=action,
            observation=observation,
            admissible=admissible,
            thought=thought,
            tool=tool,
            arguments=None if arguments is None else dict(arguments),
            error=error,
            call_group=call_group,
            reward=reward,
        )
        position = len(self._steps) if index is None else index
        self._store.append_step(self._namespace, self.id, position, step)
        if position == len(self._steps):
            self._steps.append(step)
        return step

    def finish(self, outcome: Outcome | None = None, *, ended_by: EndedBy = "agent") -> Episode:
        """Close the episode, with a verdict if there is one already; give it as stored.

        Raises:
            EpisodeConflict: it was closed before in another way.
            SelfVerified: the verifier is the agent itself.
        """
        if outcome is not None:
            require_record(Outcome, outcome)
        stored = self._store.finish_episode(
            self._namespace,
            self.id,
            ended_by=ended_by,
            ended_at=self._clock(),
            outcome=outcome,
        )
        self._episode = stored
        self._closed = True
        self._on_finish(stored)
        return stored

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._closed:
            return
        if error is None:
            self.finish()
        else:
            self.finish(ended_by="error" if isinstance(error, Exception) else "cancelled")
