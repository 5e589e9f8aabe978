"""TextWorldExpress: its games with their official folds, in their own engine.

    suite = make(game="mapreader")
    env = suite.open(suite.tasks("test")[0])

The engine (Jansen and Côté, "TextWorldExpress: Simulating Text Games at One Million Steps Per
Second", EACL 2023) is the package `textworld-express`, and needs Java.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, NamedTuple

from envs.checks import find_split, require_at_least
from envs.engines import EnginePool, Loan, java_is_alive, require_java
from envs.installed import releases
from skillmem.errors import EpisodeOver, InvalidOption, UnknownTask
from skillmem.extras import missing_extra
from skillmem.protocols import Info
from skillmem.types import Task

SPLITS = ("train", "dev", "test")
PARAMETERS = {
    "cookingworld": "numLocations=3,numIngredients=2,numDistractorItems=4,includeDoors=0,"
    "limitInventorySize=0",
    "twc": "numLocations=2,numItemsToPutAway=1,includeDoors=0,limitInventorySize=0",
    "coin": "numLocations=6,numDistractorItems=0,includeDoors=0,limitInventorySize=0",
    "mapreader": "numLocations=8,maxDistanceApart=3,maxDistractorItemsPerLocation=2,"
    "includeDoors=0,limitInventorySize=0",
    "arithmetic": "",
    "sorting": "",
    "simonsays": "",
    "peckingorder": "",
}
"""How a game is made where `params` doesn't say it: neither trivial nor endless."""
ENDLESS = 10**6
WALKERS = {"coin": "CoinGoldAgent", "twc": "TWCGoldAgent"}
"""Games whose expert walks about by chance, and the engine's class for it."""
MOST_WALKS = 100


class Seeded(NamedTuple):
    """A task, taken apart."""

    game: str
    split: str
    seed: int


class Beginning(NamedTuple):
    """How a task begins."""

    goal: str
    observation: str


class Suite:
    """Games in folds. A task's id, and what `make` was given, are all that is needed to open it."""

    splits: tuple[str, ...] = SPLITS

    def __init__(self, *, parameters: Mapping[str, str], max_steps: int, per_split: int) -> None:
        self._parameters = parameters
        self._max_steps = max_steps
        self._per_split = per_split
        self._begin = lru_cache(maxsize=None)(self._look)
        self._plan = lru_cache(maxsize=None)(self._ask_expert)

    def tasks(self, split: str) -> tuple[str, ...]:
        """Name the first `per_split` seeds of each game's official fold.

        Raises:
            UnknownSplit: there is no such fold.
        """
        split = find_split(split, SPLITS)
        return tuple(
            f"{game}/{split}/{seed}"
            for game, parameters in self._parameters.items()
            for seed in _seeds(game, parameters, split)[: self._per_split]
        )

    def task(self, task_id: str) -> Task:
        """Describe a task; its label is the game.

        Raises:
            UnknownTask: there is none of that id.
        """
        found = self._parse(task_id)
        begin = self._begin(task_id)
        return Task(goal=begin.goal, observation=begin.observation, label=found.game)

    def open(self, task_id: str) -> TextWorldExpressEnvironment:
        """Make a fresh copy of a task's environment.

        Raises:
            UnknownTask: there is none of that id.
        """
        found = self._parse(task_id)
        parameters = self._parameters[found.game]
        return TextWorldExpressEnvironment(found, parameters, max_steps=self._max_steps)

    def expert(self, task_id: str) -> tuple[str, ...]:
        """Give the engine's own winning actions."""
        return self._plan(task_id)

    def fingerprint(self) -> str:
        """Identify the engine."""
        return releases("textworld-express")

    def _look(self, task_id: str) -> Beginning:
        loan = Loan(_engines())
        observation, info = _begin(loan.engine, self._parse(task_id), self._parameters)
        return Beginning(info["taskDescription"], _first(observation, info))

    def _ask_expert(self, task_id: str) -> tuple[str, ...]:
        seeded, loan = self._parse(task_id), Loan(_engines())
        engine = loan.engine
        _begin(engine, seeded, self._parameters, plan=seeded.game not in WALKERS)
        if seeded.game in WALKERS:
            plan = _walk(engine, seeded)
        else:
            plan = tuple(engine.getGoldActionSequence())
        return self._as_far_as_needed(task_id, plan)

    def _as_far_as_needed(self, task_id: str, plan: Sequence[str]) -> tuple[str, ...]:
        """Leave out what the expert does after the game is won."""
        env = TextWorldExpressEnvironment(
            (found := self._parse(task_id)), self._parameters[found.game], max_steps=ENDLESS
        )
        env.reset()
        for number, action in enumerate(plan, start=1):
            _, _, terminated, _, _ = env.step(action)
            if terminated:
                return tuple(plan[:number])
        return tuple(plan)

    def _parse(self, task_id: str) -> Seeded:
        game, _, rest = task_id.partition("/")
        split, _, seed = rest.partition("/")
        known = game in self._parameters and split in SPLITS and seed.isdecimal()
        if not known or int(seed) not in _seeds(game, self._parameters[game], split):
            raise UnknownTask(
                f"no task {task_id!r}; one is named like "
                f"'{next(iter(self._parameters))}/test/20000' (`suite.tasks(split)` lists them)"
            )
        return Seeded(game, split, int(seed))


class TextWorldExpressEnvironment:
    """A game being played; implements `skillmem.protocols.Environment`."""

    def __init__(self, seeded: Seeded, parameters: str, *, max_steps: int) -> None:
        self._seeded = seeded
        self._parameters = parameters
        self._max_steps = max_steps
        self._loan: Loan[Any] | None = None
        self._steps = 0
        self._over = True

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:  # noqa: ARG002 (Gymnasium's)
        """Begin the game anew. `seed` changes nothing: a task is one game."""
        self._loan = self._loan or Loan(_engines())
        self._steps, self._over = 0, False
        found = {self._seeded.game: self._parameters}
        observation, info = _begin(self._loan.engine, self._seeded, found)
        return _first(observation, info), _told(info)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Act; the reward is how much the score rose.

        Raises:
            EpisodeOver: the game has ended, or was never reset, or is closed.
        """
        if self._over or self._loan is None:
            raise EpisodeOver(f"the game is over after {self._steps} actions; call `reset()` first")
        observation, reward, _, info = self._loan.engine.step(action)
        self._steps += 1
        terminated = bool(info["tasksuccess"] or info["taskfailure"] or info["score"] >= 1.0)
        truncated = not terminated and self._steps >= self._max_steps
        self._over = terminated or truncated
        return observation.strip(), float(reward), terminated, truncated, _told(info)

    def close(self) -> None:
        """End the game, and give its engine back. `reset` begins another."""
        self._over, self._loan = True, None


def make(
    *,
    game: str = "mapreader",
    params: str | Mapping[str, str] = "",
    max_steps: int = 50,
    per_split: int = 100,
) -> Suite:
    """Make the suite of one or several games: `game="mapreader,coin"`.

    `params` are the engine's own generation parameters, for every game named or for each by its
    name; without them a game is made as `PARAMETERS` says. Of each fold the first `per_split`
    seeds are tasks.

    Raises:
        InvalidOption: there is no such game, or a number is too small.
        MissingExtra: the package isn't installed.
        MissingProgram: Java isn't.
    """
    names = [name.strip() for name in game.split(",")]
    for name in names:
        if name not in PARAMETERS:
            raise InvalidOption(f"no game {name!r}; there are: {', '.join(PARAMETERS)}")
    astray = [name for name in params if name not in names] if not isinstance(params, str) else []
    if astray:
        raise InvalidOption(f"params are given for {astray[0]!r}, which is not among {game!r}")
    require_at_least(1, max_steps=max_steps, per_split=per_split)
    _engines()
    given = dict.fromkeys(names, params) if isinstance(params, str) else params
    parameters = {name: given.get(name) or PARAMETERS[name] for name in names}
    return Suite(parameters=parameters, max_steps=max_steps, per_split=per_split)


@cache
def _engines() -> EnginePool[Any]:
    try:
        from textworld_express import TextWorldExpressEnv
    except ImportError as error:
        raise missing_extra(
            "TextWorldExpress isn't installed (it needs Java too)", "textworld-express"
        ) from error
    require_java()
    return EnginePool(lambda: TextWorldExpressEnv(envStepLimit=ENDLESS), is_alive=java_is_alive)


@cache
def _seeds(game: str, parameters: str, split: str) -> Sequence[int]:
    loan = Loan(_engines())
    engine = loan.engine
    _load(engine, game, parameters)
    listing = {
        "train": engine.getValidSeedsTrain,
        "dev": engine.getValidSeedsDev,
        "test": engine.getValidSeedsTest,
    }
    return tuple(listing[split]())


def _load(engine: Any, game: str, parameters: str) -> None:
    try:
        engine.load(gameName=game, gameParams=parameters)
    except ValueError as error:
        raise InvalidOption(f"params {parameters!r} don't suit {game!r}: {error}") from error


def _begin(
    engine: Any, seeded: Seeded, parameters: Mapping[str, str], *, plan: bool = False
) -> tuple[str, dict[str, Any]]:
    _load(engine, seeded.game, parameters[seeded.game])
    observation, info = engine.reset(seed=seeded.seed, gameFold=seeded.split, generateGoldPath=plan)
    return observation, info


def _walk(engine: Any, seeded: Seeded) -> tuple[str, ...]:
    """Let the engine's expert walk about, with chance from the seed, until a walk succeeds."""
    classes = engine._gateway.jvm  # noqa: SLF001 - the package offers no chance that is seeded
    chance = classes.scala.util.Random(seeded.seed)
    expert = getattr(classes.textworldexpress.goldagent, WALKERS[seeded.game])
    for _ in range(MOST_WALKS):
        world = engine.server.gameGenerator().mkGame(seeded.seed, seeded.split)
        walked = expert(world).mkGoldPath(chance)
        if walked.productElement(0):
            return tuple(walked.productElement(1))
    return ()


def _first(observation: str, info: Mapping[str, Any]) -> str:
    return f"{info['taskDescription']}\n\n{observation.strip()}"


def _told(info: Mapping[str, Any]) -> Info:
    return {
        "admissible_commands": sorted(set(info["validActions"])),
        "won": bool(info["tasksuccess"]),
        "score": float(info["score"]),
    }
