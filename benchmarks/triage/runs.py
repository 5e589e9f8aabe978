"""Real runs, with and without a fault in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

from agents.case_based import CaseBasedPolicy
from agents.play import PlainAgent
from benchmarks.triage.injections import (
    ANSWERED,
    OVERFLOWS,
    RAISED,
    UNSAID,
    Confusing,
    Cut,
    Failing,
    Half,
    Hasty,
    Injected,
    Looping,
    Omitting,
    Overflowing,
    Reworded,
)
from envs.household import Game, Suite, make
from envs.household.drawing import drawn_game
from skillmem import Demonstration, Episode, Outcome, SkillMemory, Task
from skillmem.consolidation import Triage, comparer, triage
from skillmem.evals.games import stripped
from skillmem.protocols import Environment, Policy, Recall
from skillmem.stores import SqlStore
from skillmem.structure import LearntEntityFinder, reader
from skillmem.types import Lexicon

GAMES: dict[Half, int] = {"developed": 11, "kept": 13}
"""Seeds of the drawn games. Those of 12 were seen before the rules were done: they are used up."""
TRAINING = 10
MOST_GAMES = 20_000
TRAINED_ON = 150
BUDGET = 800
LOST = Outcome(success=False, verifier_kind="tests", verifier="state")
PREPARING = ("clean", "heat", "cool", "use")
LEAST = 8
"""Steps of a run in which something can be put."""


class Failure(NamedTuple):
    """A failed episode, and what was put into it."""

    episode: Episode
    injected: Injected
    how: str


class Studio:
    """Plays games of the household with what a memory recalls, and puts faults into them."""

    def __init__(self, memory: SkillMemory, lexicon: Lexicon, suite: Suite, half: Half) -> None:
        self._memory = memory
        self._lexicon = lexicon
        self._suite = suite
        self._half = half
        self._games = iter(suite.draw(MOST_GAMES, GAMES[half]))
        self._successes = [it for it in memory.items() if isinstance(it, Demonstration)]

    def triage(self, failure: Failure) -> Triage:
        """Tell a failure's cause, beside what the memory knows."""
        episode = failure.episode
        assert episode.outcome is not None
        read = reader(LearntEntityFinder(), self._lexicon)
        compared = comparer(read).compare(episode, self._successes)
        return triage(episode, episode.outcome, compared, lexicon=self._lexicon)

    def failures(self, injected: Injected, count: int) -> Iterator[Failure]:
        """Give so many failures with such a fault."""
        found = 0
        put = self._ways()[injected]
        while found < count:
            game = next(self._games)
            failure = put(game, Random(_seed(game)))
            if failure is not None:
                found += 1
                yield failure

    def _ways(self) -> dict[Injected, Callable[[str, Random], Failure | None]]:
        return {
            "fault": self._fault,
            "window": self._window,
            "limit": self._limit,
            "impossible": self._impossible,
            "ambiguous": self._ambiguous,
            "mistake": self._mistake,
        }

    def _fault(self, game: str, random: Random) -> Failure | None:
        base = self._won(game)
        if base is None:
            return None
        ways: list[Exception | str] = [*RAISED[self._half], *ANSWERED[self._half]]
        by = random.choice(ways)
        at = random.randrange(2, len(base.steps))
        played = self._play(game, env=lambda env: Failing(env, at=at, by=by))
        return Failure(_judged(played), "fault", repr(by))

    def _window(self, game: str, random: Random) -> Failure | None:
        base = self._won(game)
        if base is None:
            return None
        said = random.choice(OVERFLOWS[self._half])
        at = random.randrange(len(base.steps) // 2, len(base.steps))
        played = self._play(game, policy=lambda policy: Overflowing(policy, at, said))
        return Failure(_judged(played), "window", repr(said))

    def _limit(self, game: str, random: Random) -> Failure | None:
        base = self._won(game)
        if base is None:
            return None
        at = random.randrange(len(base.steps) // 2, len(base.steps))
        played = self._play(game, env=lambda env: Cut(env, at=at))
        return Failure(played, "limit", f"after {at} of {len(base.steps)}")

    def _impossible(self, game: str, random: Random) -> Failure | None:
        played, goal = drawn_game(game), self._suite.task(game).goal
        own, there = _word(played), {thing.type.lower() for thing in played.objects}
        others = {_word(drawn_game(it)) for it in self._suite.draw(60, TRAINING)}
        absent = sorted(others - there)
        if own not in goal or not absent:
            return None
        return self._reworded(game, goal.replace(own, random.choice(absent)), "impossible")

    def _ambiguous(self, game: str, random: Random) -> Failure | None:
        return self._reworded(game, random.choice(UNSAID[self._half]), "ambiguous")

    def _mistake(self, game: str, random: Random) -> Failure | None:
        base = self._won(game)
        if base is None:
            return None
        policies: dict[Half, list[Callable[[Policy], Policy]]] = {
            "developed": [
                lambda policy: Omitting(policy, PREPARING),
                lambda policy: Looping(policy, random.randrange(2, len(base.steps))),
            ],
            "kept": [Confusing, lambda policy: Hasty(policy, PREPARING)],
        }
        wrong = random.choice(policies[self._half])
        played = self._play(game, policy=wrong)
        if played.outcome is None or played.outcome.success:
            return None
        return Failure(played, "mistake", type(wrong(CaseBasedPolicy())).__name__)

    def _reworded(self, game: str, goal: str, injected: Injected) -> Failure | None:
        task = self._suite.task(game)
        played = self._play(
            game,
            env=lambda env: Reworded(env, old=task.goal, new=goal),
            task=Task(goal=goal, observation=task.observation.replace(task.goal, goal)),
        )
        return Failure(played.model_copy(update={"outcome": LOST}), injected, goal)

    def _won(self, game: str) -> Episode | None:
        """Play a game as it is; nothing of one that is lost, or over too soon."""
        played = self._play(game)
        won = played.outcome is not None and played.outcome.success
        return played if won and len(played.steps) >= LEAST else None

    def _play(
        self,
        game: str,
        *,
        env: Callable[[Environment], Environment] = lambda env: env,
        policy: Callable[[Policy], Policy] = lambda policy: policy,
        task: Task | None = None,
    ) -> Episode:
        given = task or stripped(self._suite.task(game))
        text = self._memory.retrieve(given, token_budget=BUDGET).text
        agent = PlainAgent(policy(CaseBasedPolicy()), name="case_based", policy_kind="scripted")
        return agent.play(env(self._suite.open(game)), given, _recall(text), _seed(game))


@contextmanager
def studio(half: Half, *, trained_on: int = TRAINED_ON) -> Iterator[Studio]:
    """Give a studio whose agent has learnt from so many games of its own."""
    suite = make()
    with TemporaryDirectory() as folder:
        location = Path(folder) / "memory"
        with SkillMemory.open(location) as memory:
            _learn(memory, suite, trained_on)
            with closing(SqlStore.open(location)) as store:
                lexicon = store.lexicon(memory.namespace)
            yield Studio(memory, lexicon, suite, half)


def _learn(memory: SkillMemory, suite: Suite, trained_on: int) -> None:
    played: dict[str, str] = {}
    agent = PlainAgent(CaseBasedPolicy(), name="case_based", policy_kind="scripted")
    for game in suite.draw(trained_on, TRAINING):
        task = stripped(suite.task(game))
        episode = agent.play(suite.open(game), task, _recall(""), _seed(game))
        played[episode.id] = game
        memory.record(episode)
    memory.consolidate(replay=lambda episode: suite.open(played[episode.id]))


def _seed(game: str) -> int:
    return int(sha256(game.encode()).hexdigest()[:8], 16)


def _recall(text: str) -> Recall:
    return lambda steps: text  # noqa: ARG005 - recalled once


def _judged(episode: Episode) -> Episode:
    """Let somebody who looks at what was reached judge a run that broke off."""
    return episode.model_copy(update={"outcome": LOST})


def _word(game: Game) -> str:
    """Name what a game is about, as its goal does."""
    return game.object_type.lower()
