"""What an observation says about the state: refusals, steps without effect, closed loops."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from skillmem.structure.commands import Command, command
from skillmem.types import Episode, Step

REFUSED_ACTIONS = 3
REFUSED_VERBS = 2
REFUSAL_CHARACTERS = 300
FAILURE_EXCESS = 1.5
RARELY = 0.1
HALF = 0.5


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
        self.verbs: set[Command] = set()
        self.unchanged: set[Command] = set()
        self.changed = False
        self.tool = False
        self.counts = {True: 0, False: 0}
        self.successes = 0
        self.final = 0
        self.late = 0

    def take(self, transition: Transition, *, success: bool) -> None:
        verb = _verb(transition.step)
        self.actions[transition.step.action] = None
        self.verbs.add(verb)
        if transition.unchanged is True:
            self.unchanged.add(verb)
        self.changed |= transition.unchanged is False
        self.tool |= transition.step.tool is not None and transition.step.error is None
        self.counts[success] += 1

    def close(self, *, places_from_end: Collection[int]) -> None:
        """Note one success in which it was given."""
        self.successes += 1
        self.final += 0 in places_from_end
        self.late += 1 in places_from_end


class _Survey:
    """All answers in judged runs, and how the verbs were answered."""

    def __init__(self, episodes: Iterable[Episode]) -> None:
        self.answers: dict[str, _Answer] = defaultdict(_Answer)
        self._steps = {True: 0, False: 0}
        self._successes = 0
        self._won: dict[Command, set[str]] = defaultdict(set)
        self._moved: dict[Command, set[str]] = defaultdict(set)
        for episode in episodes:
            self._take(episode)

    def _take(self, episode: Episode) -> None:
        success = episode.outcome is not None and episode.outcome.success
        self._steps[success] += len(episode.steps)
        self._successes += success
        places: dict[str, set[int]] = defaultdict(set)
        for place, transition in enumerate(transitions(episode.steps), start=1):
            text = transition.step.observation
            verb = _verb(transition.step)
            if success:
                self._won[verb].add(text)
                places[text].add(len(episode.steps) - place)
            if transition.unchanged is False:
                self._moved[verb].add(text)
            if text and len(text) <= REFUSAL_CHARACTERS:
                self.answers[text].take(transition, success=success)
        for text in places.keys() & self.answers.keys():
            self.answers[text].close(places_from_end=places[text])

    def is_refusal(self, text: str) -> bool:
        """Tell whether there is evidence that this answer means no change, and none against."""
        answer = self.answers[text]
        if len(answer.actions) < REFUSED_ACTIONS or len(answer.verbs) < REFUSED_VERBS:
            return False
        if answer.changed or answer.final:
            return False
        if answer.unchanged:
            return _answered_otherwise(answer.unchanged, self._moved, text) >= REFUSED_VERBS
        return not answer.tool and self._is_typical_of_failures(answer, text)

    def _is_typical_of_failures(self, answer: _Answer, text: str) -> bool:
        """Weigh the evidence of runs whose admissible actions are not known."""
        least = REFUSED_VERBS if answer.successes else 1
        failed = answer.counts[False] / max(1, self._steps[False])
        won = answer.counts[True] / max(1, self._steps[True])
        return (
            failed > 0
            and failed >= FAILURE_EXCESS * won
            and answer.successes <= HALF * self._successes
            and answer.late <= RARELY * answer.successes
            and _answered_otherwise(answer.verbs, self._won, text) >= least
        )


def refusals(episodes: Iterable[Episode]) -> tuple[str, ...]:
    """Find the observations that answer an action which changes nothing; in doubt, none.

    Such a one is the same answer to several actions of several verbs, never leaves other
    admissible actions behind, and never ends a success. Where admissible actions are known
    they must have stayed the same, although other answers to the same verbs changed them.
    Where they are not known a verb that it answered (two, if successes met it) must have been
    answered otherwise in a success, failures must show it more often, most successes must
    have done without it, and hardly any may have met it right before the end.
    """
    survey = _Survey(episodes)
    return tuple(text for text in survey.answers if survey.is_refusal(text))


def _verb(step: Step) -> Command:
    return command(step.action)[:1]


def _answered_otherwise(
    verbs: Iterable[Command], answers: Mapping[Command, Collection[str]], text: str
) -> int:
    """Count the verbs that met an answer other than `text`."""
    return sum(any(answer != text for answer in answers.get(verb, ())) for verb in verbs)


def credible(steps: Sequence[Step], refused: Collection[str]) -> frozenset[str]:
    """Name the refusals that a success leaves credible.

    What came right before its end, or answered half of its distinct actions, may well be
    how things that work are answered here.
    """
    actions: dict[str, set[str]] = defaultdict(set)
    for step in steps:
        actions[step.observation].add(step.action)
    distinct = len({step.action for step in steps})
    return frozenset(
        text
        for text in refused
        if len(actions[text]) < HALF * distinct
        and all(step.observation != text for step in steps[-2:])
    )


def effects(steps: Sequence[Step], refused: Collection[str]) -> tuple[bool, ...]:
    """Tell of each step whether it may have had an effect: it was not refused, nor an error.

    A step that was answered like an earlier one may count: nothing is concluded from that.
    """
    return tuple(step.error is None and step.observation not in refused for step in steps)


def without_loops(steps: Sequence[Step]) -> tuple[Step, ...]:
    """Cut closed loops: ways that led back to an equal state, with nothing done on the way.

    Cautious, as nothing is replayed. Equal states need the same action, the same answer
    and the same known, admissible actions; that action is not among them, though it was on
    the way, so it leads to a place rather than a step further. All of the way must be
    actions of that verb, of which each always led to the same. Mere repetition is no loop.
    """
    way = _Way()
    for transition in transitions(steps):
        way.take(transition)
    return tuple(transition.step for transition in way.kept)


class _Way:
    """The way so far, without closed loops.

    For each transition kept it is known where the actions of one verb began that each led
    from place to place, and always to the same; and for each action where it stands.
    """

    def __init__(self) -> None:
        self.kept: list[Transition] = []
        self._begun: list[int] = []
        self._places: dict[str, list[int]] = defaultdict(list)

    def take(self, transition: Transition) -> None:
        """Go on by one transition; one that closes a loop takes its way back."""
        begun = self._beginning(transition)
        last = self._last(transition)
        closes = begun <= last < len(self.kept) - 1 and transition.step.tool is None
        if closes:
            self._return_to(last)
        else:
            self._places[transition.step.action].append(len(self.kept))
            self.kept.append(transition)
            self._begun.append(begun)

    def _beginning(self, transition: Transition) -> int:
        """Tell where the actions begin that, with this one, are of one verb and consistent."""
        end = len(self.kept)
        if not _is_place(transition):
            return end + 1
        if not self.kept or _verb(self.kept[-1].step) != _verb(transition.step):
            return end
        begun, last = self._begun[-1], self._last(transition)
        if begun <= last and _end(self.kept[last]) != _end(transition):
            return last + 1
        return begun

    def _last(self, transition: Transition) -> int:
        places = self._places[transition.step.action]
        return places[-1] if places else -1

    def _return_to(self, place: int) -> None:
        for transition in self.kept[place + 1 :]:
            self._places[transition.step.action].pop()
        del self.kept[place + 1 :], self._begun[place + 1 :]


def _is_place(transition: Transition) -> bool:
    """Tell whether an action was possible before it was done, and is not possible after."""
    action = transition.step.action
    return (
        bool(transition.after)
        and action in transition.step.admissible
        and action not in transition.after
    )


def _end(transition: Transition) -> tuple[str, frozenset[str]]:
    return transition.step.observation, frozenset(transition.after)
