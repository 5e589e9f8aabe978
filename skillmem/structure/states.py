"""What an observation says about the state: refusals, steps without effect, closed loops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from skillmem.structure.commands import command
from skillmem.types import Episode, Step

REFUSED_ACTIONS = 3
REFUSED_VERBS = 2
REFUSAL_CHARACTERS = 300
FAILURE_EXCESS = 1.5


class Transition(NamedTuple):
    """A step, and the actions that were admissible after it (none when not known)."""

    step: Step
    after: tuple[str, ...]

    @property
    def unchanged(self) -> bool | None:
        """Tell whether the admissible actions stayed the same; none when not known."""
        if not self.after or not self.step.admissible:
            return None
        return set(self.after) == set(self.step.admissible)


def transitions(steps: Sequence[Step]) -> tuple[Transition, ...]:
    """Pair each step with what was admissible after it: what the next one could choose."""
    after = [*(step.admissible for step in steps[1:]), ()]
    return tuple(map(Transition, steps, after))


class _Answer:
    """What is known about one observation that may be a refusal."""

    def __init__(self) -> None:
        self.actions: dict[str, None] = {}
        self.changed = False
        self.unchanged = False
        self.won = False
        self.tool = False
        self.counts = {True: 0, False: 0}

    def take(self, transition: Transition, *, success: bool) -> None:
        self.actions[transition.step.action] = None
        self.changed |= transition.unchanged is False
        self.unchanged |= transition.unchanged is True
        self.tool |= transition.step.tool is not None and transition.step.error is None
        self.counts[success] += 1

    def is_refusal(self, steps: dict[bool, int]) -> bool:
        verbs = {entry[:1] for entry in map(command, self.actions)}
        if len(self.actions) < REFUSED_ACTIONS or len(verbs) < REFUSED_VERBS:
            return False
        if self.changed or self.won:
            return False
        return self.unchanged or (not self.tool and self._is_typical_of_failures(steps))

    def _is_typical_of_failures(self, steps: dict[bool, int]) -> bool:
        failed = self.counts[False] / max(1, steps[False])
        won = self.counts[True] / max(1, steps[True])
        return failed > 0 and failed >= FAILURE_EXCESS * won


def refusals(episodes: Iterable[Episode]) -> tuple[str, ...]:
    """Find the observations that answer an action which changes nothing.

    Such a one is the same answer to several different actions, never leaves other
    admissible actions behind, and never ends a success. Where admissible actions were
    not recorded it must come more often in failures than in successes.
    """
    answers: dict[str, _Answer] = defaultdict(_Answer)
    steps = {True: 0, False: 0}
    for episode in episodes:
        success = episode.outcome is not None and episode.outcome.success
        steps[success] += len(episode.steps)
        for transition in transitions(episode.steps):
            if len(transition.step.observation) <= REFUSAL_CHARACTERS:
                answers[transition.step.observation].take(transition, success=success)
        if success and episode.steps:
            answers[episode.steps[-1].observation].won = True
    return tuple(text for text, answer in answers.items() if text and answer.is_refusal(steps))


def effects(steps: Sequence[Step], refused: Collection[str]) -> tuple[bool, ...]:
    """Tell of each step whether it may have had an effect.

    It had none when it was refused or met an error, or when the admissible actions stayed
    the same and the same action had been answered in the same way before.
    """
    seen: set[tuple[str, str]] = set()
    found = []
    for transition in transitions(steps):
        step = transition.step
        answer = (step.action, step.observation)
        idle = transition.unchanged is True and answer in seen
        failed = step.error is not None or step.observation in refused
        found.append(not (failed or idle))
        seen.add(answer)
    return tuple(found)


def without_loops(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Cut closed loops: ways that led back to the same action, answer and possibilities.

    Cautious, as nothing is replayed: every step of a loop must be an action of the same
    form as the one that closed it, so that nothing else can have been changed on the way.
    """
    kept: list[Transition] = []
    for transition in transitions(steps):
        start = _loop_start(kept, transition)
        if start is None:
            kept.append(transition)
        else:
            del kept[start + 1 :]
    return tuple(transition.step for transition in kept)


def _loop_start(kept: Sequence[Transition], closing: Transition) -> int | None:
    if closing.step.tool is not None and not closing.after:
        return None
    verb = command(closing.step.action)[:1]
    for place in range(len(kept) - 1, -1, -1):
        if command(kept[place].step.action)[:1] != verb:
            return None
        if _same_end(kept[place], closing):
            return place
    return None


def _same_end(one: Transition, other: Transition) -> bool:
    return (
        one.step.action == other.step.action
        and one.step.observation == other.step.observation
        and set(one.after) == set(other.after)
    )
