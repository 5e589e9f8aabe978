"""Players: what to do next, given what is admissible. Each is the same for the same key."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random
from typing import NamedTuple, Protocol

STRANGE = (
    "",
    " ",
    "dance",
    "LOOK",
    "look around",
    "  inventory\t",
    "look\n",
    "go to",
    "go to nowhere 1",
    "go  to cabinet 1",
    "put apple 1 in/on fridge 1",
    "take apple 1",
    "examine",
    "toggle desklamp 1",
    "\N{SNOWMAN}",
)
EAGERNESS = {"go": 0.3, "help": 0.2, "inventory": 1, "look": 1, "examine": 1, "close": 2, "move": 3}
EAGER = 8
"""How much likelier than going somewhere is what changes something: take, heat, slice, …"""

SHARE_OF_DETOURS = 0.4
SHARE_OF_MISTAKES = 0.15
TELLING = ("look", "inventory", "examine ", "help")


class Player(Protocol):
    """Chooses commands for one game."""

    name: str

    def next(self, admissible: Sequence[str]) -> str | None:
        """Choose a command; nothing ends the play."""
        ...


class Follower:
    """Follows a plan, and now and then looks around, at what it holds, or inside."""

    def __init__(self, plan: Iterable[str], *, key: str, name: str) -> None:
        self.name = name
        self._plan = iter(plan)
        self._random = Random(key)  # a game, not a secret

    def next(self, admissible: Sequence[str]) -> str | None:
        """Choose what only tells, or go on with the plan."""
        if self._random.random() < SHARE_OF_DETOURS:
            return self._random.choice([c for c in admissible if c.startswith(TELLING)])
        return next(self._plan, None)


class Wanderer:
    """Does anything that is admissible, rather what changes something; errs now and then."""

    def __init__(self, *, steps: int, key: str) -> None:
        self.name = "wanderer"
        self._left = steps
        self._random = Random(key)
        self._words = _Words()

    def next(self, admissible: Sequence[str]) -> str | None:
        """Choose an admissible command, or make a mistake."""
        if not self._left:
            return None
        self._left -= 1
        self._words.learn(admissible)
        if self._random.random() < SHARE_OF_MISTAKES:
            return self._words.mistake(self._random)
        weights = [EAGERNESS.get(c.split()[0], EAGER) for c in admissible]
        return self._random.choices(admissible, weights)[0]


class _Words:
    """The commands and names heard of so far, of which mistakes are made."""

    def __init__(self) -> None:
        self._commands: dict[str, None] = {}

    def learn(self, commands: Iterable[str]) -> None:
        """Hear of commands."""
        self._commands.update(dict.fromkeys(commands))

    def mistake(self, random: Random) -> str:
        """Repeat what was admissible elsewhere, mix two commands, or talk nonsense."""
        heard = list(self._commands)
        one, other = random.choice(heard).split(), random.choice(heard).split()
        mixed = " ".join((*one[:-2], *other[-2:]))
        examined = f"examine {' '.join(other[1:3])}"
        return random.choice((random.choice(heard), mixed, examined, random.choice(STRANGE)))


class Assignment(NamedTuple):
    """A game and how long to play it."""

    task_id: str
    steps: int
    seeds: int


def players(
    asked: Assignment, *, walkthrough: Sequence[str], plan: Sequence[str]
) -> tuple[Player, ...]:
    """Give a game's players: of the walkthrough where there is one, of the plan, wanderers."""
    plans = {"walkthrough": walkthrough, "plan": plan}
    followers = (
        Follower(found, key=f"{asked.task_id} {name}", name=name)
        for name, found in plans.items()
        if found
    )
    wanderers = (
        Wanderer(steps=asked.steps, key=f"{asked.task_id} {seed}") for seed in range(asked.seeds)
    )
    return (*followers, *wanderers)
