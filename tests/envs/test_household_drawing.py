"""Training games drawn anew."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

from envs.household import Game, make
from envs.household.drawing import drawn_game
from envs.household.games import signature
from envs.household.library import official_game, tables
from envs.household.room import Room
from envs.household.rules import is_won
from tests.envs.test_household_expert import plays_to_win

UNSEEN_ROOMS = {10, 219, 308, 424}
DRAWN = make().draw(200, seed=11)


def games() -> list[Game]:
    """Draw the games that the tests look at."""
    return [drawn_game(task) for task in DRAWN]


def test_drawn_games_extend_training_only() -> None:
    """Drawn games follow the official training games, and no other split's."""
    suite = make(drawn=5, seed=3)

    assert suite.tasks("train") == make().tasks("train") + suite.draw(5, seed=3)
    assert suite.tasks("valid_unseen") == make().tasks("valid_unseen")


def test_the_expert_wins_every_drawn_game() -> None:
    """A drawn game can be won, and is not won at its start."""
    suite = make()

    assert all(plays_to_win(suite, task, suite.expert(task)) for task in DRAWN)
    assert not any(is_won(room, room.start()) for room in map(Room, games()))


def test_no_leak() -> None:
    """No drawn game is an evaluation game, or happens in a room kept for evaluation."""
    suite = make()
    evaluation = {
        signature(official_game(task))
        for split in ("valid_seen", "valid_unseen")
        for task in suite.tasks(split)
    }

    assert evaluation == tables().evaluation_signatures
    assert not evaluation & {signature(game) for game in games()}
    assert not UNSEEN_ROOMS & {game.scene for game in games()}


def test_drawn_games_differ() -> None:
    """Games drawn from one seed or another are different games, of every type."""
    signatures = {signature(game) for game in games()}
    others = {signature(drawn_game(task)) for task in make().draw(50, seed=12)}

    assert len(signatures | others) == 250
    assert len(Counter(game.task_type for game in games())) == 6


def test_drawn_games_are_like_official_ones() -> None:
    """Drawn rooms hold about as many receptacles and objects as official training rooms."""
    official = [official_game(task) for task in make().tasks("train")]

    def mean_objects(found: list[Game]) -> float:
        return sum(sum(bool(o.receptacles) for o in game.objects) for game in found) / len(found)

    assert 0.75 < mean_objects(games()) / mean_objects(official) < 1.25
    assert all(len({r.name for r in game.receptacles}) == len(game.receptacles) for game in games())


def test_a_room_is_furnished_as_its_official_games_are() -> None:
    """In a room known from an official game, receptacles have that game's names and order."""
    official = {}
    for task in make().tasks("train"):
        official[official_game(task).scene] = official_game(task).receptacles
    known = [game for game in games() if game.scene in official]

    assert [game.receptacles for game in known] == [official[game.scene] for game in known]
    assert "bathtubbasin 1" in {r.name for game in known for r in game.receptacles}


def test_an_id_is_enough_in_any_process() -> None:
    """The same id opens the same game in another process, and a longer draw changes nothing."""
    suite = make()
    task = suite.draw(3, seed=-5)[2]
    program = f"from envs.household import make; print(make().task({task!r}).model_dump_json())"
    environment = os.environ | {"PYTHONHASHSEED": "77"}

    printed = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, env=environment
    )

    assert printed.stdout.decode().strip() == suite.task(task).model_dump_json()
    assert suite.draw(9, seed=-5)[:3] == suite.draw(3, seed=-5)
