"""A tiny kitchen to play in, and runs in it."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.protocols import Info
from skillmem.types import Episode, Logged, Outcome, Step, Task, VerifierKind

GOAL = "put a hot apple in box."
PLACES = ("shelf 1", "shelf 2", "oven 1", "box 1")
WINNING = (
    *("go to shelf 2", "take apple 1 from shelf 2", "go to oven 1", "heat apple 1 with oven 1"),
    *("go to box 1", "move apple 1 to box 1"),
)
NOTHING = "Nothing happens."


class Kitchen:
    """An apple lies on shelf 2; hot in box 1 it wins. Every tenth seed has no apple."""

    def __init__(self, *, limit: int = 50) -> None:
        self._limit = limit

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:
        """Begin anew."""
        self.at, self.holding, self.hot, self.won, self.count = "", False, False, False, 0
        self.apple = "" if seed is not None and seed % 10 == 9 else "shelf 2"
        return "You are in a kitchen.", self._info()

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Act."""
        self.count += 1
        answer = self._answer(action)
        return answer, float(self.won), self.won, self.count >= self._limit, self._info()

    def _answer(self, action: str) -> str:
        if action in (f"go to {place}" for place in PLACES):
            self.at = action.removeprefix("go to ")
            shown = "a apple 1" if self.at == self.apple else "nothing"
            return f"On the {self.at}, you see {shown}."
        if action == f"take apple 1 from {self.at}" and self.apple == self.at:
            self.holding, self.apple = True, ""
            return f"You pick up the apple 1 from the {self.at}."
        if action == "heat apple 1 with oven 1" and self.at == "oven 1" and self.holding:
            self.hot = True
            return "You heat the apple 1 using the oven 1."
        if action == f"move apple 1 to {self.at}" and self.holding:
            self.holding, self.apple = False, self.at
            self.won = self.at == "box 1" and self.hot
            return f"You move the apple 1 to the {self.at}."
        return NOTHING

    def _info(self) -> Info:
        return {"won": self.won, "admissible_commands": [f"go to {place}" for place in PLACES]}


def play(actions: Sequence[str], *, episode_id: str = "e", seed: int | None = None) -> Episode:
    """Play these actions, judged by the kitchen."""
    kitchen = Kitchen()
    first, _ = kitchen.reset(seed=seed)
    steps = tuple(Step(action=action, observation=kitchen.step(action)[0]) for action in actions)
    return Episode(
        id=episode_id,
        task=Task(goal=GOAL, observation=first),
        steps=steps,
        outcome=Outcome(success=kitchen.won, verifier_kind="environment", verifier="kitchen"),
        seed=seed,
    )


def logged(episode: Episode, *later: Outcome) -> Logged:
    """Log an episode with its verdict and later ones."""
    own = () if episode.outcome is None else (episode.outcome,)
    return Logged(episode=episode, outcomes=(*own, *later))


def outcome(*, success: bool, kind: VerifierKind = "environment") -> Outcome:
    """Judge."""
    return Outcome(success=success, verifier_kind=kind)
