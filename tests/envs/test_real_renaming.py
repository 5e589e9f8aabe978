"""Renaming things leaves lessons as they are, in runs of engines that nothing was tuned on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import pytest

from skillmem.evals.games import stripped
from skillmem.types import Episode, Outcome, Step
from tests.envs.test_real_contracts import made
from tests.property.test_renaming import consolidated, structure_of

TASKS = 4
SYLLABLES = ("zor", "bli", "quo", "fep", "wug", "jom", "tev", "dax", "gri", "plo")
ENDINGS = ("bax", "nerf", "kind", "molk", "tump", "nex", "kilk", "mosh", "turf", "bonk")
SPOKEN = frozenset({"around", "door", "inventory", "nothing", "north", "south", "east", "west"})
"""Words behind a verb that name no thing of one task."""
JOINTS = re.compile(r"\b(?:up|at|to|in|into|on|from|with|containing|substance|door)\b|[()]")


def plans(suite: Any, task_id: str) -> Iterator[tuple[str, ...]]:
    """Give the expert's plan, and three ways to spoil it."""
    expert = suite.expert(task_id)
    yield expert
    yield (*expert[: len(expert) // 2], *expert[len(expert) // 2 + 1 :])
    yield expert[: len(expert) * 2 // 3]
    yield tuple(Random(task_id).sample(expert, len(expert)))


def played(suite: Any, task_id: str, plan: Sequence[str], name: str) -> Episode:
    """Play a plan as far as the engine goes along."""
    env = suite.open(task_id)
    _, info = env.reset(seed=0)
    steps: list[Step] = []
    for action in plan:
        possible = tuple(info["admissible_commands"])
        observation, _, terminated, truncated, info = env.step(action)
        steps.append(Step(action=action, observation=observation, admissible=possible))
        if terminated or truncated:
            break
    outcome = Outcome(success=bool(info["won"]), verifier_kind="environment")
    return Episode(id=name, task=stripped(suite.task(task_id)), steps=tuple(steps), outcome=outcome)


def things(episodes: Sequence[Episode]) -> list[str]:
    """Name what the actions were done to, longest first."""
    found = {
        name.strip()
        for episode in episodes
        for step in episode.steps
        for name in JOINTS.split(step.action.lower().partition(" ")[2])
    }
    return sorted((it for it in found - SPOKEN if it), key=lambda it: (-len(it), it))


def renamed(episodes: Sequence[Episode], seed: int) -> list[Episode]:
    """Give every thing a made-up name, the same wherever it stands."""
    names = things(episodes)
    made_up = [first + last for first in SYLLABLES for last in ENDINGS]
    Random(seed).shuffle(made_up)
    called = dict(zip(names, made_up, strict=False))
    assert len(called) == len(names)
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b", re.IGNORECASE)

    def anew(text: str) -> str:
        return pattern.sub(lambda found: called[found[0].lower()], text)

    def step_anew(step: Step) -> Step:
        return Step(
            action=anew(step.action),
            observation=anew(step.observation),
            admissible=tuple(map(anew, step.admissible)),
        )

    return [
        episode.model_copy(
            update={
                "task": episode.task.model_copy(
                    update={
                        "goal": anew(episode.task.goal),
                        "observation": anew(episode.task.observation),
                    }
                ),
                "steps": tuple(map(step_anew, episode.steps)),
            }
        )
        for episode in episodes
    ]


@pytest.mark.parametrize(
    ("module", "option", "game"),
    [
        ("textworld_express", "game", "twc"),
        ("textworld_express", "game", "mapreader"),
        ("textworld_express", "game", "coin"),
        ("textworld_express", "game", "cookingworld"),
        ("scienceworld", "task", "find-plant"),
        ("scienceworld", "task", "find-non-living-thing"),
        ("scienceworld", "task", "chemistry-mix-paint-secondary-color"),
    ],
)
def test_renaming_leaves_lessons_as_they_are(module: str, option: str, game: str) -> None:
    """Whatever things are called, lessons are byte-identical and skeletons the same."""
    suite = made(module, **{option: game})
    episodes = [
        played(suite, task_id, plan, f"{task_id}/{number}")
        for task_id in suite.tasks("train")[:TASKS]
        for number, plan in enumerate(plans(suite, task_id))
    ]

    one, other = (structure_of(consolidated(renamed(episodes, seed))) for seed in (1, 2))

    assert one == other
    assert all(one)
