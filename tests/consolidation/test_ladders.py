"""The shorter forms of a demonstration show what led to its goal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import ValidationError

from agents.case_based import make as make_agent
from envs.household import Suite, make
from skillmem import Demonstration, Episode, Outcome, SkillMemory, Step, Task
from skillmem.config import RenderingConfig
from skillmem.consolidation.ladders import make_ladder
from skillmem.protocols import Environment, Info
from skillmem.rendering import render_item
from skillmem.structure import LearntEntityFinder, Reader
from skillmem.tokens import TiktokenCounter
from skillmem.types import Ladder, Lexicon
from tests.rendering.items import HEATING

COUNTER = TiktokenCounter()
CHATTER = "The wallpaper has flowers of many colours, and the clock on it ticks on and on. " * 15
STEPS = 200


class InARow:
    """Several games, one after the other; each that is won is rewarded, the last one wins."""

    def __init__(self, suite: Suite, games: Sequence[str]) -> None:
        self._suite = suite
        self._games = games

    def reset(self, *, seed: int | None = None) -> tuple[str, Info]:
        """Begin with the first game."""
        self._left = [self._suite.open(game) for game in self._games]
        return self._left[0].reset(seed=seed)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Act in the game that is on; talk a lot."""
        said, reward, won, cut_off, info = self._left[0].step(action)
        if won and self._left[1:]:
            del self._left[0]
            first, info = self._left[0].reset()
            said, won = f"{said} {first}", False
        return f"{said} {CHATTER}", reward, won, cut_off, {**info, "won": won}


@pytest.fixture(scope="module")
def long_run() -> tuple[Episode, InARow]:
    """Win games in a row, as an agent without memory wins each of them."""
    suite = make()
    games: list[tuple[str, Episode]] = []
    for won in _won(suite):
        games.append(won)
        if sum(len(run.steps) for _, run in games) >= STEPS:
            break
    env = InARow(suite, [game for game, _ in games])
    first, info = env.reset()
    steps = []
    for action in (step.action for _, run in games for step in run.steps):
        possible = tuple(info["admissible_commands"])
        observation, reward, _, _, info = env.step(action)
        steps.append(
            Step(action=action, observation=observation, admissible=possible, reward=reward)
        )
    goals = "; ".join(run.task.goal for _, run in games)
    verdict = Outcome(success=info["won"], verifier_kind="environment")
    return Episode(
        task=Task(goal=goals, observation=first), steps=tuple(steps), outcome=verdict
    ), env


def _won(suite: Suite) -> Iterator[tuple[str, Episode]]:
    agent = make_agent()
    for number, game in enumerate(suite.draw(200, 71)):
        run = agent.play(suite.open(game), suite.task(game), lambda _: "", number)
        assert run.outcome is not None
        if run.outcome.success:
            yield game, run


def wins(actions: Sequence[str], env: Environment) -> bool:
    """Play actions until they win."""
    env.reset()
    return any(env.step(action)[4]["won"] for action in actions)


def test_a_long_run_fits_by_what_led_to_its_goal(
    long_run: tuple[Episode, InARow], tmp_path: Path
) -> None:
    """Of 200 steps and 50,000 tokens, 800 tokens show actions that still win, unverified."""
    episode, env = long_run
    recorded = "\n".join(f"{step.action}\n{step.observation}" for step in episode.steps)
    assert len(episode.steps) >= STEPS
    assert COUNTER.count(recorded) >= 50_000

    with SkillMemory.open(tmp_path) as memory:
        memory.record(episode)
        (item,) = memory.consolidate().demonstrations
        retrieval = memory.retrieve(episode.task, token_budget=800)

    actions = [line[2:] for line in retrieval.text.split("\n") if line.startswith("> ")]
    assert item.verified == "unverified"
    assert retrieval.receipt.lines[0].decision == "shortened"
    assert 0 < retrieval.tokens <= 800
    assert wins(actions, env)


def test_each_form_is_shorter_than_the_one_before(
    long_run: tuple[Episode, InARow], tmp_path: Path
) -> None:
    """Whole, fewer observations, actions, what led to the goal, operations: five lengths."""
    with SkillMemory.open(tmp_path) as memory:
        memory.record(long_run[0])
        (item,) = memory.consolidate().demonstrations

    sizes = [COUNTER.count(form) for form in render_item(item, RenderingConfig())]

    assert len(sizes) == 5
    assert all(one > other for one, other in pairwise(sizes))


def test_replayed_the_whole_run_is_short(long_run: tuple[Episode, InARow], tmp_path: Path) -> None:
    """With a fresh copy of the games what is kept is short, verified, and wins."""
    episode, env = long_run
    with SkillMemory.open(tmp_path) as memory:
        memory.record(episode)
        (item,) = memory.consolidate(replay=lambda _: env).demonstrations

    assert item.verified == "replayed"
    assert len(item.steps) < 0.4 * len(episode.steps)
    assert wins([step.action for step in item.steps], env)


def test_only_the_steps_that_count_keep_their_observation() -> None:
    """What had an effect on the goal's things, or was rewarded, says what it showed."""
    read = Reader(
        LearntEntityFinder(),
        Lexicon(
            entities=("apple", "shelf", "box", "lamp"),
            operations=("go", "to", "take", "from", "move", "use"),
        ),
    )
    steps = [
        Step(action="use lamp 1", observation="The lamp is on."),
        Step(action="go to box 2", observation="Empty."),
        Step(action="go to shelf 1", observation="You see an apple 1."),
        Step(action="take apple 1 from shelf 1", observation="Taken."),
        Step(action="use lamp 2", observation="A bell rings.", reward=1.0),
        Step(action="go to box 1", observation="Open."),
        Step(action="move apple 1 to box 1", observation="Done."),
    ]

    ladder = make_ladder(steps, goal="put apple in box.", read=read)

    assert ladder == Ladder(observed=(2, 3, 4, 5, 6), outline=(2, 3, 4, 5, 6), operations=(3, 6))


def test_an_older_item_has_two_forms() -> None:
    """One without a ladder reads as before; one with a ladder past its steps is refused."""
    older = {**HEATING.model_dump(mode="json", exclude={"ladder"})}

    assert len(render_item(Demonstration.model_validate(older), RenderingConfig())) == 2
    with pytest.raises(ValidationError, match="names step 4 of 4"):
        Demonstration.model_validate({**older, "ladder": {"outline": [4]}})
