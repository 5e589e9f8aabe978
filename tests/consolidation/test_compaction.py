"""Compacted successes still succeed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from envs.household import make
from skillmem.consolidation.compaction import compact
from skillmem.structure import LearntEntityFinder, Reader
from skillmem.types import Episode, Lexicon, Outcome, Step
from tests.consolidation.kitchen import NOTHING, PLACES, WINNING, Kitchen, play

READER = Reader(
    LearntEntityFinder(),
    Lexicon(
        entities=("apple", "shelf", "oven", "box"),
        operations=("go", "to", "take", "from", "heat", "with", "move"),
        refusals=(NOTHING,),
    ),
)
idle = st.lists(
    st.sampled_from([*(f"go to {place}" for place in PLACES), "dance", "take apple 1 from box 1"]),
    max_size=6,
)


def wins(steps: tuple[Step, ...]) -> bool:
    """Play the steps, and compare what is recorded with what is answered."""
    kitchen = Kitchen()
    kitchen.reset()
    answers = [kitchen.step(step.action)[0] for step in steps]
    return kitchen.won and answers == [step.observation for step in steps]


def roundabout(detours: list[list[str]]) -> list[str]:
    """Take every detour, each back to where it began, on the way to the winning end."""
    at, actions = "go to shelf 1", ["go to shelf 1"]
    for action, detour in zip(WINNING, detours, strict=True):
        actions += [*detour, at, action]
        at = action if action.startswith("go to ") else at
    return actions


@settings(max_examples=40, deadline=None)
@given(st.lists(idle, min_size=len(WINNING), max_size=len(WINNING)))
def test_a_replayed_demonstration_wins_again(detours: list[list[str]]) -> None:
    """Whatever the detours, the steps kept are a shortest plan that wins as recorded."""
    compacted = compact(
        play(roundabout(detours)), reader=READER, replay=lambda _: Kitchen(), limit=400
    )

    assert compacted.verified == "replayed"
    assert wins(compacted.steps)
    assert len(compacted.steps) == len(WINNING)


@settings(max_examples=40, deadline=None)
@given(st.lists(idle, min_size=len(WINNING), max_size=len(WINNING)))
def test_without_replay_it_still_wins(detours: list[list[str]]) -> None:
    """Dropping only what did nothing, and closed loops, leaves a plan that wins."""
    compacted = compact(play(roundabout(detours)), reader=READER)

    assert compacted.verified == "unverified"
    assert NOTHING not in {step.observation for step in compacted.steps}
    assert wins(compacted.steps)


def test_few_replays_are_needed() -> None:
    """A run of 50 steps is compacted with some twenty replays, not hundreds."""
    episode = play(["go to shelf 1", "go to oven 1"] * 22 + list(WINNING))

    compacted = compact(episode, reader=READER, replay=lambda _: Kitchen(), limit=400)

    assert len(compacted.steps) == len(WINNING)
    assert compacted.replays <= 20


def test_the_limit_of_replays_holds() -> None:
    """What was found within the limit is kept, and it won."""
    episode = play(roundabout([["go to box 1", "go to oven 1"]] * len(WINNING)))

    compacted = compact(episode, reader=READER, replay=lambda _: Kitchen(), limit=2)

    assert compacted.replays == 2
    assert compacted.verified == "replayed"
    assert wins(compacted.steps)


class Broken(Kitchen):
    """A kitchen in which nothing can be done."""

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, object]]:
        """Fail."""
        raise RuntimeError(action)


def test_what_cannot_be_replayed_is_kept_unverified() -> None:
    """No environment, a broken one, or one that isn't won: the batch goes on."""
    episode = play([*WINNING[:1], "dance", *WINNING[1:]])
    other_seed = episode.model_copy(update={"seed": 9})

    for compacted in (
        compact(episode, reader=READER, replay=lambda _: None, limit=9),
        compact(episode, reader=READER, replay=lambda _: Broken(), limit=9),
        compact(other_seed, reader=READER, replay=lambda _: Kitchen(), limit=9),
        compact(episode, reader=READER, replay=lambda _: Kitchen(), limit=0),
    ):
        assert compacted.verified == "unverified"
        assert tuple(step.action for step in compacted.steps) == WINNING


def test_expert_plans_of_households_survive_detours() -> None:
    """In the household games too, a compacted run wins in a fresh copy of its game."""
    suite = make()
    task_id = suite.tasks("train")[0]
    plan = suite.expert(task_id)
    env = suite.open(task_id)
    first, info = env.reset(seed=0)
    wander = [command for command in info["admissible_commands"] if command.startswith("go ")]
    steps = []
    for action in [*wander, *plan]:
        observation, *_ = env.step(action)
        steps.append(Step(action=action, observation=observation))
    episode = Episode(
        task=suite.task(task_id).model_copy(update={"observation": first}), steps=tuple(steps)
    )
    reader = Reader(LearntEntityFinder(), LearntEntityFinder().learn([episode], Lexicon()))

    compacted = compact(episode, reader=reader, replay=lambda _: suite.open(task_id), limit=400)

    assert compacted.verified == "replayed"
    assert len(compacted.steps) <= len(plan)


def test_households_show_what_they_refuse() -> None:
    """Where a game lists what is possible, its refusal is found, and that alone is left out."""
    suite = make()
    plans = {task_id: suite.expert(task_id) for task_id in suite.tasks("train")[::20]}
    episodes = []
    for task_id, plan in plans.items():
        env = suite.open(task_id)
        _, info = env.reset(seed=0)
        early = [action for action in plan if action not in info["admissible_commands"]]
        steps = []
        for action in [*early, *plan]:
            possible = tuple(info["admissible_commands"])
            observation, *_, info = env.step(action)
            steps.append(Step(action=action, observation=observation, admissible=possible))
        judged = Outcome(success=info["won"], verifier_kind="environment")
        episodes.append(Episode(task=suite.task(task_id), steps=tuple(steps), outcome=judged))
    reader = Reader(LearntEntityFinder(), LearntEntityFinder().learn(episodes, Lexicon()))

    assert reader.lexicon.refusals == (NOTHING,)
    for episode, plan in zip(episodes, plans.values(), strict=True):
        kept = tuple(step.action for step in compact(episode, reader=reader).steps)
        assert kept in (plan, tuple(step.action for step in episode.steps))
