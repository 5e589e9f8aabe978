"""Playing a game: the texts, the commands, the limit."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envs.household import HouseholdEnv, make
from skillmem.errors import EpisodeOver

TRANSCRIPT = json.loads(Path(__file__).with_name("household_transcript.json").read_text())
SUITE = make()
ALL_TASKS = [task for split in SUITE.splits for task in SUITE.tasks(split)]
STRANGE = ("", "foo", "go to", "take", "LOOK", "look around", "put apple 1 in fridge 1", "\ud800")


def test_texts_are_the_engines() -> None:
    """A game played by the real engine reads the same here, word for word."""
    environment = SUITE.open(TRANSCRIPT["game"])
    first, *turns = TRANSCRIPT["turns"]

    observation, info = environment.reset()
    assert observation == first["observation"]
    assert info["admissible_commands"] == first["admissible_commands"]

    for turn in turns:
        observation, reward, terminated, truncated, info = environment.step(turn["command"])
        assert observation == turn["observation"]
        assert info["admissible_commands"] == turn["admissible_commands"]
        assert info["won"] == terminated == turn["won"] == (reward == 1.0)
        assert not truncated


@settings(max_examples=40, deadline=None)
@given(task=st.sampled_from(ALL_TASKS), seed=st.integers(0, 2**32), data=st.data())
def test_admissible_commands_are_those_that_do_something(
    task: str, seed: int, data: st.DataObject
) -> None:
    """Every admissible command is answered; any other does nothing and changes nothing."""
    environment, random = SUITE.open(task), Random(seed)
    _, info = environment.reset()
    for _ in range(data.draw(st.integers(1, 45))):
        before = info["admissible_commands"]
        assert before == sorted(set(before))
        observation, _, over, _, info = environment.step(random.choice(before))
        assert observation != "Nothing happens."
        if over:
            return

    before = info["admissible_commands"]
    command = data.draw(_inadmissible(before))
    observation, _, _, _, info = environment.step(command)
    assert observation == "Nothing happens."
    assert info["admissible_commands"] == before


def _inadmissible(admissible: list[str]) -> st.SearchStrategy[str]:
    swapped = [f"{command.split()[0]} {admissible[0]}" for command in admissible]
    candidates = st.sampled_from([*STRANGE, *swapped]) | st.text()
    return candidates.filter(lambda command: command.strip() not in admissible)


def _dawdle(environment: HouseholdEnv, commands: int) -> list[bool]:
    environment.reset()
    return [environment.step("look")[3] for _ in range(commands)]


def test_limit() -> None:
    """The fiftieth command ends a game that isn't won."""
    assert _dawdle(SUITE.open(ALL_TASKS[0]), 50) == [False] * 49 + [True]
    assert _dawdle(make(max_steps=3).open(ALL_TASKS[0]), 3) == [False, False, True]


def test_winning_with_the_last_command_is_winning() -> None:
    """A win at the limit terminates the game, and truncates nothing."""
    plan = SUITE.expert(ALL_TASKS[0])
    environment = make(max_steps=len(plan)).open(ALL_TASKS[0])
    environment.reset()

    *_, (_, reward, terminated, truncated, info) = [environment.step(c) for c in plan]

    assert (reward, terminated, truncated, info["won"]) == (1.0, True, False, True)


def test_inadmissible_commands_count() -> None:
    """What does nothing is a command all the same."""
    environment = make(max_steps=1).open(ALL_TASKS[0])
    environment.reset()

    observation, _, _, truncated, _ = environment.step("dance")

    assert (observation, truncated) == ("Nothing happens.", True)


def test_no_step_outside_a_game() -> None:
    """A step before the beginning, after the end or after closing is an error that says so."""
    environment = make(max_steps=1).open(ALL_TASKS[0])
    with pytest.raises(EpisodeOver, match="reset"):
        environment.step("look")

    _dawdle(environment, 1)
    with pytest.raises(EpisodeOver, match="ended after 1 commands"):
        environment.step("look")

    environment.reset()
    environment.close()
    with pytest.raises(EpisodeOver, match="reset"):
        environment.step("look")


def test_reset_forgets_everything() -> None:
    """A game begun again is the same game, whatever was done in it and whatever the seed."""
    environment = SUITE.open(ALL_TASKS[0])
    beginning = environment.reset(seed=1)
    for command in SUITE.expert(ALL_TASKS[0]):
        environment.step(command)

    assert environment.reset(seed=2) == beginning


def test_a_changed_list_of_commands_changes_nothing() -> None:
    """The list of commands belongs to whoever receives it."""
    environment = SUITE.open(ALL_TASKS[0])
    environment.reset()[1]["admissible_commands"].clear()

    assert "look" in environment.step("look")[4]["admissible_commands"]
