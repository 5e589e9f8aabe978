"""Playing one episode: what every loop shares, and the plain loop itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from pydantic import JsonValue

from agents.usage import Meter
from skillmem.errors import EpisodeConflict, ModelError, ModelUnavailable
from skillmem.notes import ENVIRONMENT_BROKE, ERROR, MODEL_UNAVAILABLE
from skillmem.protocols import Environment, Fingerprinted, Info, Policy, Recall
from skillmem.types import EndedBy, Episode, Outcome, Prompt, Step, Task, now

PolicyKind = Literal["model", "scripted"]

VERIFIER = "environment"


class Log(Protocol):
    """Where the steps of one episode go. `skillmem.recording.OpenEpisode` is one."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """Give all steps so far."""
        ...

    def step(
        self,
        action: str,
        observation: str,
        *,
        admissible: tuple[str, ...] = (),
        error: str | None = None,
        reward: float | None = None,
        index: int | None = None,
    ) -> Step:
        """Log step `index`; the same step again changes nothing."""
        ...

    def finish(self, outcome: Outcome | None = None, *, ended_by: EndedBy = "agent") -> Episode:
        """Close the episode with a verdict."""
        ...


class Notebook:
    """A log that is kept in memory, for episodes that no store should hold."""

    def __init__(self, task: Task, *, agent: str, seed: int, clock: Callable[[], datetime]) -> None:
        self._task = task
        self._agent = agent
        self._seed = seed
        self._clock = clock
        self._started = clock()
        self._steps: list[Step] = []

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps so far."""
        return tuple(self._steps)

    def step(
        self,
        action: str,
        observation: str,
        *,
        admissible: tuple[str, ...] = (),
        error: str | None = None,
        reward: float | None = None,
        index: int | None = None,
    ) -> Step:
        """Write a step down, unless `index` says that it is there already."""
        if index is not None and index < len(self._steps):
            return self._steps[index]
        step = Step(
            action=action,
            observation=observation,
            admissible=admissible,
            error=error,
            reward=reward,
        )
        self._steps.append(step)
        return step

    def finish(self, outcome: Outcome | None = None, *, ended_by: EndedBy = "agent") -> Episode:
        """Give the episode."""
        return Episode(
            task=self._task,
            steps=self.steps,
            outcome=outcome,
            ended_by=ended_by,
            started_at=self._started,
            ended_at=self._clock(),
            agent=self._agent,
            seed=self._seed,
        )


class Moment(NamedTuple):
    """Where an episode stands: what can be done, whether it is won, and whether it is over.

    `score` is the episode's so far, where the environment tells one. `error` is what the
    environment raised.
    """

    observation: str
    admissible: tuple[str, ...]
    won: bool
    score: float | None = None
    reward: float | None = None
    ended_by: EndedBy | None = None
    error: str | None = None


class Attempt:
    """An episode while it is played: the environment and the log, kept in step.

    It begins by resetting the environment and doing again what the log holds already, so
    that an episode goes on where another process left it. `notes` are what its metadata should
    say once it is closed.

    Raises:
        EpisodeConflict: an action of the log was answered in another way than before.
    """

    def __init__(self, env: Environment, task: Task, log: Log, *, seed: int) -> None:
        self.task = task
        self.seed = seed
        self.notes: dict[str, JsonValue] = {}
        self._env = env
        self._log = log
        self._episode: Episode | None = None
        observation, info = env.reset(seed=seed)
        self.moment = Moment(observation, *_told(info))
        self._first_observation = task.observation or observation
        for index, step in enumerate(log.steps):
            self._repeat(index, step)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps so far, those of an earlier process included."""
        return self._log.steps

    @property
    def over(self) -> bool:
        """Whether the environment has ended the episode."""
        return self.moment.ended_by is not None

    def choose(self, policy: Policy, memory: str) -> str:
        """Let a policy choose. The prompt's observation is the first one; steps hold the others."""
        prompt = Prompt(
            goal=self.task.goal,
            observation=self._first_observation,
            memory=memory,
            steps=self.steps,
        )
        return policy.act(prompt, self.moment.admissible, seed=self.seed)

    def act(self, action: str, *, index: int) -> None:
        """Do an action as step `index`, and log it; what was logged already is not done again."""
        if self.over or index < len(self.steps):
            return
        before, self.moment = self.moment, advance(self._env, self.moment, action)
        self._log.step(
            action,
            self.moment.observation,
            admissible=before.admissible,
            error=self.moment.error,
            reward=self.moment.reward,
            index=index,
        )

    def finish(self, *, ended_by: EndedBy | None = None, detail: str | None = None) -> Episode:
        """Close the episode, judged by what its environment says at this moment.

        `ended_by` and `detail` say what cut it off, if it wasn't the environment. Nobody judges
        an episode whose environment broke: it has no verdict, and `notes` say why. Closing it
        again gives the same episode.
        """
        if self._episode is None:
            error = self.moment.error
            self._episode = self._judge(ended_by, detail) if error is None else self._break(error)
            if error is not None:
                self.notes[ENVIRONMENT_BROKE] = True
        return self._episode

    def give_up(self, error: ModelError) -> Episode:
        """Close the episode by `error`, without a verdict: a model's failure is not the agent's.

        The steps so far are kept, and `notes` say why there are no more, and whether the model
        can't be had any more.
        """
        self._episode = self._break(f"{type(error).__name__}: {error}")
        if isinstance(error, ModelUnavailable):
            self.notes[MODEL_UNAVAILABLE] = True
        return self._episode

    def _judge(self, ended_by: EndedBy | None, detail: str | None) -> Episode:
        moment = self.moment
        outcome = Outcome(
            success=moment.won,
            verifier_kind="environment",
            verifier=VERIFIER,
            score=moment.reward if moment.score is None else moment.score,
            detail=detail,
        )
        return self._log.finish(outcome, ended_by=moment.ended_by or ended_by or "agent")

    def _break(self, why: str) -> Episode:
        self.notes[ERROR] = why
        return self._log.finish(ended_by="error")

    def _repeat(self, index: int, step: Step) -> None:
        if step.error is not None:
            self.moment = _broken(self.moment, step.error)
            return
        self.moment = advance(self._env, self.moment, step.action)
        if self.moment.observation != step.observation:
            raise EpisodeConflict(
                f"step {index}, {step.action!r}, was answered by {step.observation[:80]!r} when "
                f"it was logged and now by {self.moment.observation[:80]!r}; resume the episode "
                "with the environment in which it began"
            )


class PlainAgent:
    """A policy in the plain loop. It says which policy it runs, and of what kind that is."""

    def __init__(
        self,
        policy: Policy,
        *,
        name: str,
        policy_kind: PolicyKind,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.policy = name
        self.policy_kind = policy_kind
        self._policy = policy
        self._clock = clock

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Reset `env`, act until it ends, and give the episode with the environment's verdict.

        What `env.step` raises ends it by `error`, and so does a `ModelError` of the policy.
        Neither is the agent's doing, so there is no verdict, and `metadata["error"]` says why. With
        `metadata["environment_broke"]` a benchmark plays the task again, with
        `metadata["model_unavailable"]` it stops until the model is back. What `recall` raises, or
        the policy otherwise, passes through. A metered policy's use of its model stands in
        `metadata["usage"]`.
        """
        log = Notebook(task, agent=self.policy, seed=seed, clock=self._clock)
        attempt = Attempt(env, task, log, seed=seed)
        meter = Meter(self._policy)
        episode = self._play(attempt, recall)
        return noted(episode, {**attempt.notes, **meter.told()})

    def fingerprint(self) -> str:
        """Identify what the policy rests on."""
        return fingerprint(self._policy)

    def _play(self, attempt: Attempt, recall: Recall) -> Episode:
        while not attempt.over:
            steps = attempt.steps
            memory = recall(steps)
            try:
                action = attempt.choose(self._policy, memory)
            except ModelError as error:
                return attempt.give_up(error)
            attempt.act(action, index=len(steps))
        return attempt.finish()


def fingerprint(policy: Policy) -> str:
    """Identify what a policy rests on beside its code; nothing where it doesn't tell."""
    return policy.fingerprint() if isinstance(policy, Fingerprinted) else ""


def noted(episode: Episode, notes: Mapping[str, JsonValue]) -> Episode:
    """Give the episode with `notes` in its metadata."""
    if not notes:
        return episode
    return Episode.model_validate({**dict(episode), "metadata": {**episode.metadata, **notes}})


def advance(env: Environment, moment: Moment, action: str) -> Moment:
    """Do an action. What the environment raises ends the episode by `error`."""
    try:
        observation, reward, terminated, truncated, info = env.step(action)
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs in the record
        return _broken(moment, f"{type(error).__name__}: {error}")
    ended_by: EndedBy | None = "agent" if terminated else "limit" if truncated else None
    return Moment(observation, *_told(info), reward=float(reward), ended_by=ended_by)


def _broken(moment: Moment, error: str) -> Moment:
    return moment._replace(observation="", reward=None, ended_by="error", error=error)


def _told(info: Info) -> tuple[tuple[str, ...], bool, float | None]:
    score = info.get("score")
    commands = tuple(info["admissible_commands"])
    return commands, bool(info["won"]), None if score is None else float(score)
