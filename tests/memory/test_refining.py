"""The loop that tries a failed task again, in a kitchen that really cooks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from skillmem import Demonstration, Refiner, SkillMemory
from skillmem.cli.group import commands
from skillmem.errors import InvalidOption
from skillmem.notes import CRITIQUE, ERROR, REFINES
from skillmem.protocols import Environment, Recall
from skillmem.refining import attempt_seed, beside
from skillmem.testing.critics import KnowingCritic
from skillmem.types import Episode, Outcome, Step, Task
from tests.consolidation.kitchen import GOAL, NOTHING, WINNING, Kitchen, play

COLD = (*WINNING[:3], *WINNING[4:])
TASK = Task(goal=GOAL, observation="You are in a kitchen.")


class Cook:
    """Does what it always did, unless a text tells it what to do about this very goal.

    A stubborn one never listens.
    """

    def __init__(self, plan: Sequence[str] = COLD, *, stubborn: bool = False) -> None:
        self._plan = plan
        self._stubborn = stubborn
        self.texts: list[str] = []
        self.seeds: list[int] = []

    def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
        """Play one episode."""
        self.texts.append(recall(()))
        self.seeds.append(seed)
        _, info = env.reset(seed=seed)
        steps = []
        for action in (not self._stubborn and _told(self.texts[-1])) or self._plan:
            observation, _, terminated, truncated, info = env.step(action)
            steps.append(Step(action=action, observation=observation))
            if terminated or truncated:
                break
        verdict = Outcome(success=info["won"], verifier_kind="environment", verifier="kitchen")
        return Episode(task=task, steps=tuple(steps), outcome=verdict, agent="cook", seed=seed)


class Burning(Kitchen):
    """Takes fire at its second opening."""

    opened = 0

    def reset(self, *, seed: int | None = None) -> tuple[str, dict[str, Any]]:
        """Begin, or burn."""
        Burning.opened += 1
        if Burning.opened > 1:
            raise RuntimeError("fire")
        return super().reset(seed=seed)


class Closing(Kitchen):
    """Counts how often it is closed."""

    count_closed = 0

    def close(self) -> None:
        """Close the door."""
        Closing.count_closed += 1


def _told(text: str) -> Sequence[str]:
    """Read the actions of the first block that says that this very goal was missed."""
    for block in text.split("\n\n"):
        if f"Goal: {GOAL}" in block and "tried before" in block:
            return [line[2:] for line in block.splitlines() if line.startswith("> ")]
    return ()


@pytest.fixture
def learnt(memory: SkillMemory) -> SkillMemory:
    """Give a memory that knows one success."""
    memory.record(play(WINNING, episode_id="won"))
    memory.consolidate()
    return memory


def test_second_attempt_wins_by_the_critique_of_the_first(learnt: SkillMemory) -> None:
    """The first attempt fails, the critique says where and how, and the second one wins."""
    cook = Cook()

    refined = Refiner(learnt, cook, token_budget=400).refine(TASK, Kitchen)

    first, second = refined.attempts
    (critique,) = refined.critiques
    assert refined.success
    assert first.steps[critique.step].action == "move apple 1 to box 1"
    assert "> heat apple 1 with oven 1" in critique.advice.splitlines()
    assert tuple(step.action for step in second.steps) == WINNING
    assert critique.text not in cook.texts[0]
    assert cook.texts[1].startswith(critique.text)


def test_every_attempt_is_recorded_with_what_it_refines(learnt: SkillMemory) -> None:
    """All of it is in the store: the attempts, which refines which, and what was told."""
    refined = Refiner(learnt, Cook()).refine(TASK, Kitchen)

    first, second = [it for it in learnt.episodes() if it.id != "won"]
    assert (first, second) == refined.attempts
    assert REFINES not in first.metadata
    assert second.metadata[REFINES] == first.id
    assert second.metadata[CRITIQUE] == refined.critiques[0].model_dump(mode="json")
    assert all(len(it.retrieval_ids) == 1 for it in (first, second))


def test_budget_holds_for_memory_and_critique_together(learnt: SkillMemory) -> None:
    """The critique takes room from the memory's text, never from the rest of the prompt."""
    for budget in (120, 200, 400):
        cook = Cook(stubborn=True)
        Refiner(learnt, cook, token_budget=budget).refine(TASK, Kitchen)

        assert all(learnt.count_tokens(text) <= budget for text in cook.texts)
        assert len(cook.texts) == (1 if budget == 120 else 2)


def test_refined_success_is_a_demonstration_marked_as_such(learnt: SkillMemory) -> None:
    """What the critique led to is kept, and known for a refinement."""
    pears = Task(goal="put a hot pear in box.")
    first, second = Refiner(learnt, Cook()).refine(TASK, Kitchen).attempts

    batch = learnt.consolidate()

    marks = [item.refines for item in batch.demonstrations if second.id in item.episode_ids]
    assert marks == [first.id]
    assert "> heat apple 1" in learnt.retrieve(pears, token_budget=400).text


def test_what_refines_what_can_be_read_and_loaded(learnt: SkillMemory, tmp_path: Path) -> None:
    """A dump keeps the mark, for programs and for people."""
    first = Refiner(learnt, Cook()).refine(TASK, Kitchen).attempts[0]
    learnt.consolidate()
    learnt.close()
    runner = CliRunner()
    for name in ("memory.jsonl", "memory.md"):
        out = ("--memory", str(tmp_path / "memory"), "--out", str(tmp_path / name))
        assert runner.invoke(commands, ["dump", *out]).exit_code == 0
    copy = str(tmp_path / "copy")
    assert (
        runner.invoke(
            commands, ["load", str(tmp_path / "memory.jsonl"), "--memory", copy]
        ).exit_code
        == 0
    )

    with SkillMemory.open(copy) as loaded:
        items = [it for it in loaded.items() if isinstance(it, Demonstration)]
    assert first.id in {item.refines for item in items}
    assert f"refines `{first.id}`" in (tmp_path / "memory.md").read_text(encoding="utf-8")


def test_helpful_critique_is_the_lesson_of_the_first_attempt(learnt: SkillMemory) -> None:
    """The lesson is abstract, rests on the refined success, and goes when that is overturned."""
    first, second = Refiner(learnt, Cook()).refine(TASK, Kitchen).attempts

    (lesson,) = learnt.consolidate().lessons

    assert lesson.episode_ids == (first.id,)
    assert lesson.model_ids == (second.id,)
    assert "heat" in lesson.mistake
    assert "apple" not in f"{lesson.mistake} {lesson.advice}"
    learnt.add_outcome(second.id, Outcome(success=False, verifier_kind="environment"))
    learnt.consolidate()
    assert lesson.id not in {item.id for item in learnt.items(kind="lesson")}


def test_critique_that_does_not_help_is_dropped(learnt: SkillMemory) -> None:
    """Neither the criticised attempt nor the one that did no better becomes a lesson by it."""
    first, second = Refiner(learnt, Cook(stubborn=True)).refine(TASK, Kitchen).attempts

    batch = learnt.consolidate()

    assert batch.lessons == ()
    assert batch.skipped[first.id] == "critique: what it led to failed as well"
    assert batch.skipped[second.id].startswith("critique: it had been told of this very mistake")


def test_another_mistake_after_a_critique_is_a_lesson_of_its_own(learnt: SkillMemory) -> None:
    """Only what was told in vain is dropped: a new mistake teaches what it teaches."""
    learnt.record(play(COLD, episode_id="cold"))
    told = {REFINES: "cold"}
    empty_handed = play(("go to shelf 2", *WINNING[2:]), episode_id="empty")
    learnt.record(empty_handed.model_copy(update={"metadata": told}))

    batch = learnt.consolidate()

    assert batch.skipped.keys() == {"cold"}
    assert [lesson.episode_ids for lesson in batch.lessons] == [("empty",)]


@pytest.mark.parametrize("tries", [1, 2, 4])
def test_never_more_attempts_than_asked_for(learnt: SkillMemory, tries: int) -> None:
    """A cook that doesn't listen is given up after so many tries."""
    refined = Refiner(learnt, Cook(stubborn=True), tries=tries).refine(TASK, Kitchen)

    assert len(refined.attempts) == tries
    assert len(refined.critiques) == tries - 1
    names = [attempt.id for attempt in refined.attempts]
    assert [it.metadata.get(REFINES) for it in refined.attempts] == [None, *names[:-1]]
    assert not refined.success


def test_first_success_is_the_last_attempt(learnt: SkillMemory) -> None:
    """What is won is not played again."""
    refined = Refiner(learnt, Cook(WINNING), tries=5).refine(TASK, Kitchen)

    assert refined.success
    assert len(refined.attempts) == 1


def test_without_a_critique_there_is_no_retry(memory: SkillMemory) -> None:
    """Where nothing says where and how, trying again is left alone; a critic may say it."""
    alone = Refiner(memory, Cook(), tries=3).refine(TASK, Kitchen)
    advised = Refiner(memory, Cook(), tries=2, critic=KnowingCritic()).refine(TASK, Kitchen)

    assert (len(alone.attempts), len(advised.attempts)) == (1, 2)


def test_all_attempts_meet_the_same_task(learnt: SkillMemory) -> None:
    """The agent's chance differs from attempt to attempt, the environment's does not.

    Of every tenth seed the kitchen has no apple: no attempt of seed 9 can find one.
    """
    cook = Cook(stubborn=True)

    without = Refiner(learnt, cook, tries=5).refine(TASK, Kitchen, seed=9)

    assert len({*cook.seeds}) == len(without.attempts) > 1
    assert all(it.seed == 9 for it in without.attempts)
    assert all(it.steps[1].observation == NOTHING for it in without.attempts)
    assert cook.seeds == [attempt_seed(9, number) for number in range(len(cook.seeds))]
    assert cook.seeds[0] == 9


def test_what_the_environment_raises_passes_through(learnt: SkillMemory) -> None:
    """The attempt before it is kept, so that nothing is lost with the kitchen."""
    Burning.opened = 0

    with pytest.raises(RuntimeError, match="fire"):
        Refiner(learnt, Cook()).refine(TASK, Burning)

    assert [it.outcome.success for it in learnt.episodes() if it.outcome and it.id != "won"] == [
        False
    ]


def test_attempt_that_nobody_judged_is_the_last(learnt: SkillMemory) -> None:
    """A broken attempt is no failure: it is recorded, and neither criticised nor tried again."""

    class Broken(Cook):
        def play(self, env: Environment, task: Task, recall: Recall, seed: int) -> Episode:
            episode = super().play(env, task, recall, seed)
            told = {"outcome": None, "ended_by": "error", "metadata": {ERROR: "no more gas"}}
            return episode.model_copy(update=told)

    refined = Refiner(learnt, Broken(), tries=3).refine(TASK, Kitchen)

    assert len(refined.attempts) == 1
    assert not refined.success
    assert refined.attempts[0].metadata[ERROR] == "no more gas"


def test_environments_are_closed(learnt: SkillMemory) -> None:
    """Each attempt opens an environment of its own and leaves none open."""
    Closing.count_closed = 0

    Refiner(learnt, Cook(stubborn=True), tries=3).refine(TASK, Closing)

    assert Closing.count_closed == 3


def test_no_tries_are_refused(memory: SkillMemory) -> None:
    """A loop that could not even try once is a mistake of the caller."""
    with pytest.raises(InvalidOption, match="1 or more"):
        Refiner(memory, Cook(), tries=0)


def test_memory_gives_way_until_the_sum_fits() -> None:
    """However a counter counts, critique and memory together keep the budget."""

    def count(text: str) -> int:
        return len(text) + 3 * text.count("\n\n#")

    text = beside("c" * 10, lambda room: "#" + "m" * (room - 1), count, token_budget=30)

    assert count(text) <= 30
    assert text == "c" * 10 + "\n\n#" + "m" * 14
    assert beside("c" * 10, lambda room: "m" * room, count, token_budget=11) == "c" * 10
    assert beside("", lambda room: "m" * room, count, token_budget=11) == "m" * 11
