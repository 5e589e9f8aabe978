"""The case-based policy: what memory's text does to it, and what it does without."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from agents.case_based import CaseBasedPolicy, make
from skillmem.errors import InvalidOption
from skillmem.types import Episode, Prompt
from tests.agents.runs import HEADING, SUITE, expert_steps, relative, stranger, written

GAMES = SUITE.tasks("train")[5::9]
WEATHER = (
    "## The weather\n\nIt rains today.\nNever mind: tomorrow the sun will shine on every town."
)
BICYCLE = """## Runs that reached a goal like this one

Goal: mend the bicycle of the neighbour.
> loosen bolt 4 using wrench 2
The bolt 4 is loose.
> glue patch 1 onto tube 1
The patch 1 holds.
"""


def play(task_id: str, memory: str = "", *, seed: int = 1) -> Episode:
    """Play a game with a memory's text."""
    return make().play(SUITE.open(task_id), SUITE.task(task_id), lambda _: memory, seed)


def won(memory: Callable[[str], str]) -> int:
    """Count the games won with a memory's text."""
    episodes = (play(task_id, memory(task_id)) for task_id in GAMES)
    return sum(episode.outcome is not None and episode.outcome.success for episode in episodes)


def helpful(task_id: str) -> str:
    """Show how another game of the same kind was won."""
    other = relative(task_id)
    return written(SUITE.task(other).goal, expert_steps(other))


def foreign(task_id: str) -> str:
    """Show how a game of another kind was won."""
    other = stranger(task_id)
    return written(SUITE.task(other).goal, expert_steps(other))


def misleading(task_id: str) -> str:
    """Claim that what won a game of another kind reached this goal."""
    return written(SUITE.task(task_id).goal, expert_steps(stranger(task_id)))


def forbidding(task_id: str) -> str:
    """Warn against what wins."""
    return written(
        SUITE.task(task_id).goal, expert_steps(task_id), before="This run failed. Never do this."
    )


@pytest.fixture(scope="module")
def alone() -> int:
    """Count the games won without memory."""
    return won(lambda _: "")


def test_alone_it_wins_some(alone: int) -> None:
    """Without memory it wins between a fifth and a half of the games."""
    assert 0.2 * len(GAMES) <= alone <= 0.5 * len(GAMES)


def test_help_helps(alone: int) -> None:
    """A run of the same kind, about other things in another room, raises success."""
    assert won(helpful) >= alone + 0.25 * len(GAMES)


def test_harm_harms(alone: int) -> None:
    """A wrong run under the right goal lowers success, and so does a wrong warning."""
    assert won(misleading) <= alone - 0.1 * len(GAMES)
    assert won(forbidding) <= alone - 0.1 * len(GAMES)


def test_the_foreign_helps_little(alone: int) -> None:
    """A run of another kind of task changes little."""
    assert abs(won(foreign) - alone) <= 0.2 * len(GAMES)


@pytest.mark.parametrize("text", [WEATHER, BICYCLE])
def test_the_irrelevant_moves_nothing(text: str) -> None:
    """Text without advice, or with advice on what isn't there, leaves every action as it was."""
    for task_id in GAMES[:5]:
        assert play(task_id, text).steps == play(task_id).steps


def test_headings_are_not_read() -> None:
    """Other words in the headings leave every action as it was."""
    for task_id in GAMES[:5]:
        text = helpful(task_id)
        renamed = text.replace(HEADING, "## Never do what these failed runs did")
        assert renamed != text
        assert play(task_id, renamed).steps == play(task_id, text).steps


def test_the_seed_decides() -> None:
    """The same seed gives the same episode, another seed another one."""
    first, again, other = (play(GAMES[0], seed=seed).steps for seed in (3, 3, 4))

    assert first == again
    assert first != other


def test_what_it_saw_last_is_nothing() -> None:
    """A policy that is asked about two episodes by turns answers as new ones would."""
    episodes = [play(task_id, helpful(task_id)) for task_id in GAMES[:2]]
    policy = CaseBasedPolicy()
    for number in range(min(len(episode.steps) for episode in episodes)):
        for task_id, episode in zip(GAMES, episodes, strict=False):
            prompt = Prompt(
                goal=episode.task.goal,
                observation=episode.task.observation,
                memory=helpful(task_id),
                steps=episode.steps[:number],
            )
            action = policy.act(prompt, episode.steps[number].admissible, seed=1)
            assert action == episode.steps[number].action


def test_the_order_of_commands_is_nothing() -> None:
    """Noise belongs to a command, not to its place in the list."""
    _, info = SUITE.open(GAMES[0]).reset()
    commands = info["admissible_commands"]
    prompt = Prompt(goal=SUITE.task(GAMES[0]).goal, observation="")
    policy = CaseBasedPolicy()

    assert policy.act(prompt, commands, seed=5) == policy.act(prompt, commands[::-1], seed=5)


def test_what_did_nothing_is_not_repeated() -> None:
    """No action that changed nothing is done again in the same state."""
    for task_id in GAMES[:8]:
        steps = play(task_id).steps
        futile = set()
        for step, following in pairwise(steps):
            assert (step.action, step.admissible) not in futile
            if step.admissible == following.admissible:
                futile.add((step.action, step.admissible))


def test_a_plan_is_followed_with_other_things() -> None:
    """A run about another thing is done with the thing of the task."""
    task_id = next(
        task_id for task_id in GAMES if SUITE.task(task_id).label == "pick_heat_then_place_in_recep"
    )

    episode = make(temperature=0.0).play(
        SUITE.open(task_id), SUITE.task(task_id), lambda _: helpful(task_id), 1
    )

    verbs = [step.action.split()[0] for step in episode.steps]
    assert verbs.index("take") < verbs.index("heat") < verbs.index("move")


def test_it_acts_on_nothing_at_all() -> None:
    """Without any admissible command it says nothing, and does not fail."""
    assert CaseBasedPolicy().act(Prompt(goal="", observation=""), (), seed=1) == ""


def test_a_cold_temperature_is_refused() -> None:
    """A temperature below zero is named and refused."""
    with pytest.raises(InvalidOption, match=r"-0\.1"):
        make(temperature=-0.1)
