"""A tiny suite and an agent for it: enough to try a benchmark without a model or a game.

A chore wants a thing taken, treated in the one way that its goal names, and shown. `make`
and `make_agent` are what an import path names: `skillmem.testing.suites:make`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Literal, NamedTuple

from skillmem.errors import EpisodeOver, UnknownSplit, UnknownTask
from skillmem.protocols import Environment, Info, Recall
from skillmem.types import EndedBy, Episode, Outcome, Step, Task

TREATMENTS = {"polish": "rub", "warm": "heat", "cool": "chill"}
THINGS = {
    "train": ("spoon", "lamp", "vase", "coin", "bell", "ring", "tray", "bowl"),
    "valid": ("fork", "clock", "mug", "key", "drum", "crown", "pan", "jar"),
    "drawn": tuple(f"{size} {thing}" for size in ("big", "old", "odd") for thing in "xyz"),
}
STEP_LIMIT = 6


class Chore(NamedTuple):
    """One task: treat `thing` as the `manner` says."""

    manner: str
    thing: str

    @property
    def goal(self) -> str:
        """Say the task in a sentence."""
        return f"{self.manner} the {self.thing}."

    @property
    def plan(self) -> tuple[str, ...]:
        """Give the actions that win."""
        return tuple(f"{verb} {self.thing}" for verb in ("take", TREATMENTS[self.manner], "show"))


class ChoreEnvironment:
    """A chore being played; implements `skillmem.protocols.Environment`."""

    def __init__(self, chore: Chore) -> None:
        """Set the stage for `chore`."""
        self._chore = chore
        self._done: list[str] = []
        self._steps = 0
        self._over = True

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:  # noqa: ARG002
        """Begin anew; a chore has no chance in it."""
        self._done, self._steps, self._over = [], 0, False
        return observation(self._chore), self._info(won=False)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Act; what is done in the wrong order changes nothing.

        Raises:
            EpisodeOver: the chore is done or was cut off, or never reset.
        """
        if self._over:
            raise EpisodeOver(f"the chore is over after {self._steps} steps; call `reset()` first")
        self._steps += 1
        effective = action in self._effective()
        if effective:
            self._done.append(action)
        won = effective and action == self._chore.plan[-1]
        verb = action.partition(" ")[0]
        text = f"You {verb} the {self._chore.thing}." if effective else "Nothing happens."
        truncated = not won and self._steps >= STEP_LIMIT
        self._over = won or truncated
        return text, float(won), won, truncated, self._info(won=won)

    def _effective(self) -> Iterator[str]:
        first, right, last = self._chore.plan
        if first not in self._done:
            yield first
            return
        treatments = [f"{verb} {self._chore.thing}" for verb in TREATMENTS.values()]
        yield from (treatment for treatment in treatments if treatment not in self._done)
        if right in self._done:
            yield last

    def _info(self, *, won: bool) -> Info:
        verbs = ("take", *TREATMENTS.values(), "show", "admire")
        commands = [f"{verb} {self._chore.thing}" for verb in verbs]
        return {"admissible_commands": commands, "won": won, "score": float(won)}


class ChoreSuite:
    """Chores in two splits whose things differ; draws more, and knows how to win."""

    splits: tuple[str, ...] = ("train", "valid")

    def tasks(self, split: str) -> tuple[str, ...]:
        """Name a split's tasks.

        Raises:
            UnknownSplit: it is neither `train` nor `valid`.
        """
        if split not in self.splits:
            raise UnknownSplit(f"no split {split!r}; there are: {', '.join(self.splits)}")
        return tuple(f"{manner}:{thing}" for thing in THINGS[split] for manner in TREATMENTS)

    def task(self, task_id: str) -> Task:
        """Give a task; its label is its manner."""
        chore = _chore(task_id)
        return Task(goal=chore.goal, observation=observation(chore), label=chore.manner)

    def open(self, task_id: str) -> ChoreEnvironment:
        """Make a fresh copy of a task's environment."""
        return ChoreEnvironment(_chore(task_id))

    def draw(self, count: int, seed: int) -> tuple[str, ...]:
        """Draw `count` training tasks."""
        pool = [f"{manner}:{thing}" for thing in THINGS["drawn"] for manner in TREATMENTS]
        return tuple(sorted(pool, key=lambda task_id: keyed(seed, task_id))[:count])

    def expert(self, task_id: str) -> tuple[str, ...]:
        """Give the actions that win a task."""
        return _chore(task_id).plan


class ChoreAgent:
    """Follows the first remembered run of a goal of the same manner; guesses without one."""

    policy = "chore-agent"
    policy_kind: Literal["model", "scripted"] = "scripted"

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play one episode."""
        _, info = env.reset(seed=seed)
        steps: list[Step] = []
        ended = False
        while not ended:
            commands = info["admissible_commands"]
            action = _choose(task, recall(steps), commands, steps=steps, seed=seed)
            text, _, won, truncated, info = env.step(action)
            steps.append(Step(action=action, observation=text, admissible=tuple(commands)))
            ended = won or truncated
        ended_by: EndedBy = "agent" if info["won"] else "limit"
        outcome = Outcome(success=info["won"], verifier_kind="environment", verifier="chores")
        return Episode(
            task=task,
            steps=tuple(steps),
            outcome=outcome,
            ended_by=ended_by,
            agent=self.policy,
            seed=seed,
        )


def make() -> ChoreSuite:
    """Make the suite."""
    return ChoreSuite()


def make_agent() -> ChoreAgent:
    """Make the agent."""
    return ChoreAgent()


def observation(chore: Chore) -> str:
    """Give a chore's first observation."""
    return f"You see a {chore.thing}. Your task is to: {chore.goal}"


def keyed(*key: object) -> str:
    """Turn a key into noise that is the same everywhere."""
    return sha256(repr(key).encode()).hexdigest()


def _chore(task_id: str) -> Chore:
    manner, _, thing = task_id.partition(":")
    if manner not in TREATMENTS or not any(thing in things for things in THINGS.values()):
        raise UnknownTask(f"no task {task_id!r}; a task is named like 'polish:spoon'")
    return Chore(manner, thing)


def _choose(
    task: Task, memory: str, commands: Sequence[str], *, steps: Sequence[Step], seed: int
) -> str:
    tried = {step.action for step in steps}
    untried = [command for command in commands if command not in tried] or list(commands)
    for verb in _remembered_verbs(task, memory):
        for command in untried:
            if command.startswith(f"{verb} "):
                return command
    return min(untried, key=lambda command: keyed(seed, len(steps), command))


def _remembered_verbs(task: Task, memory: str) -> tuple[str, ...]:
    """Give the verbs of the first block whose heading names the manner of the goal."""
    manner = task.goal.partition(" ")[0]
    for block in memory.split("\n\n"):
        lines = block.splitlines()
        if lines and manner in lines[0]:
            return tuple(line[2:].partition(" ")[0] for line in lines if line.startswith("> "))
    return ()
