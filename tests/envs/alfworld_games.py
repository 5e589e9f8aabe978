"""Games for the tests of `envs.alfworld`, and whether there is an engine to play them."""

from __future__ import annotations

import json
from pathlib import Path

from envs import household
from envs.alfworld import OfficialSuite
from envs.alfworld.engine import require_installed
from envs.alfworld.games import PddlGame
from skillmem.errors import MissingExtra

OURS = household.make()
SUITE = OfficialSuite()
LAMP = "look_at_obj_in_light-AlarmClock-None-DeskLamp-308/trial_T20190908_222917_366542"
TRAIN = OURS.tasks("train")[0]
DRAWN = OURS.draw(1, seed=2)[0]
PLAYED = (LAMP, TRAIN, OURS.tasks("valid_seen")[70], DRAWN)


def _is_installed() -> bool:
    try:
        require_installed()
    except MissingExtra:
        return False
    return True


INSTALLED = _is_installed()
NOT_INSTALLED = "ALFWorld's own engine is not installed; `make engines` does it"


def store(folder: Path, game: PddlGame, **changes: object) -> None:
    """Write a game as ALFWorld's download has it."""
    folder.mkdir(parents=True)
    text = json.dumps(game.content() | changes)
    (folder / "game.tw-pddl").write_text(text, encoding="utf-8")
