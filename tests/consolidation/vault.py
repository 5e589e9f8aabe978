"""A vault that counts, and answers whatever it is told in the same few words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from skillmem.types import Episode, Logged, Outcome, Step, Task

Lists = Literal["unknown", "constant", "telling"]

PRESSES = 3
PLAN = ("take key", "oil hinge", *("press button",) * PRESSES, "turn key", "push door")
IDLE = ("take lamp", "oil lamp", "turn lamp", "eat key", "look", "press wall", "wait")
PLACES = ("go to hall 1", "go to cell 1")


class Vault:
    """Opens when the key is taken and turned, the hinge oiled, the button pressed thrice.

    What does something is answered "OK.", as is most of what does nothing. The button works
    in the hall only.
    """

    def __init__(self, *, lists: Lists, done: str) -> None:
        self._lists = lists
        self._done = done
        self.at, self.presses, self.won = "hall 1", 0, False
        self.held: set[str] = set()

    def step(self, action: str) -> str:
        """Act."""
        if action in PLACES:
            self.at = action.removeprefix("go to ")
            return f"You are in the {self.at}."
        if action == "look":
            return "A vault with a door, a hinge and a button."
        if action == "push door":
            self.won = self._is_ready()
            return "The vault opens." if self.won else "OK."
        if action == "press button":
            self.presses += self.at == "hall 1"
        elif action in self.held:
            return self._done
        elif action != "turn key" or "take key" in self.held:
            self.held.add(action)
        return "OK."

    def _is_ready(self) -> bool:
        return self.presses >= PRESSES and {"take key", "oil hinge", "turn key"} <= self.held

    def possible(self) -> tuple[str, ...]:
        """List what can be done: never, always the same, or by where one is and what one has."""
        if self._lists == "unknown":
            return ()
        all_of_it = (*sorted({*PLAN, *IDLE}), *PLACES)
        if self._lists == "constant":
            return all_of_it
        return tuple(
            it for it in all_of_it if it != f"go to {self.at}" and it not in self.held - {"look"}
        )


def play_vault(
    actions: Sequence[str], *, episode_id: str, lists: Lists, done: str
) -> tuple[Logged, bool]:
    """Play these actions; give the judged run, and whether it won."""
    vault = Vault(lists=lists, done=done)
    steps = []
    for action in actions:
        possible = vault.possible()
        steps.append(Step(action=action, observation=vault.step(action), admissible=possible))
        if vault.won:
            break
    episode = Episode(
        id=episode_id,
        task=Task(goal="open the vault"),
        steps=tuple(steps),
        outcome=Outcome(success=vault.won, verifier_kind="environment", verifier="vault"),
    )
    assert episode.outcome is not None
    return Logged(episode=episode, outcomes=(episode.outcome,)), vault.won
