"""A process that plays an episode and hangs in the middle of it, to be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from langgraph.checkpoint.sqlite import SqliteSaver

from agents.langgraph_agent import make
from skillmem import SkillMemory
from tests.agents.runs import SUITE

EPISODE = "episode-1"
GAME = SUITE.tasks("train")[4]
SEED = 3
HANGS_AT = 9


class Hanging:
    """A household game that stops answering, and says so in a file."""

    def __init__(self, sign: Path) -> None:
        self.env = SUITE.open(GAME)
        self.sign = sign
        self.steps = 0

    def reset(self, *, seed: int | None = None) -> tuple[str, Any]:
        """Begin."""
        return self.env.reset(seed=seed)

    def step(self, action: str) -> tuple[str, float, bool, bool, Any]:
        """Act, or hang for good."""
        self.steps += 1
        if self.steps > HANGS_AT:
            self.sign.touch()
            time.sleep(600)
        return self.env.step(action)


def main(folder: Path) -> None:
    """Play until killed."""
    with (
        SkillMemory.open(folder / "memory") as memory,
        SqliteSaver.from_conn_string(str(folder / "checkpoints.db")) as checkpointer,
    ):
        make(checkpointer=checkpointer).run(
            memory,
            Hanging(folder / "hangs"),
            SUITE.task(GAME),
            token_budget=800,
            seed=SEED,
            episode_id=EPISODE,
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
