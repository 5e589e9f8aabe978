"""What a critique says of a failed attempt: where, how, and never one without the other."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skillmem import RenderingConfig, SkillMemory
from skillmem.critiques import Critique, CritiqueDraft
from skillmem.protocols import Critic
from skillmem.testing.critic_contract import CriticContract
from skillmem.testing.critics import KnowingCritic
from skillmem.types import Episode, Outcome, Step, Task, new_id
from tests.consolidation.kitchen import GOAL, WINNING, play
from tests.memory.kitchen import LOST, clean_steps, failure, success

COLD = (*WINNING[:3], *WINNING[4:])


class TestKnowingCritic(CriticContract):
    """The critic that ships with the package keeps the rules for critics."""

    @pytest.fixture
    def critic(self) -> Critic:
        """Give it."""
        return KnowingCritic()


def actions(critique: Critique | None) -> Sequence[str]:
    """Give the lines of a critique that are actions."""
    assert critique is not None
    return [line for line in critique.text.splitlines() if line.startswith("> ")]


@pytest.fixture
def learnt(memory: SkillMemory) -> SkillMemory:
    """Give a memory that has seen the goal reached, with one thing and another."""
    memory.record(play(WINNING, episode_id="won"))
    for thing in ("pear", "plum"):
        memory.record(success(thing))
    memory.consolidate()
    return memory


def test_where_and_how_are_told_with_the_tasks_own_names(learnt: SkillMemory) -> None:
    """The step is the one that came too early, and the remedy can be typed as it stands."""
    failed = play(COLD, episode_id="cold")

    critique = learnt.critique(failed)

    assert critique is not None
    assert failed.steps[critique.step].action == "move apple 1 to box 1"
    assert (critique.source, critique.episode_id) == ("comparison", "cold")
    assert critique.model_ids == ("won",)
    assert "heat" in critique.mistake
    assert "<" not in critique.text
    assert [*actions(critique)] == [f"> {action}" for action in WINNING]


def test_critique_is_a_block_of_the_one_format(learnt: SkillMemory) -> None:
    """Heading, goal, the step (counted from one), the mistake; the actions come last."""
    critique = learnt.critique(play(COLD, episode_id="cold"))

    assert critique is not None
    heading, block = critique.text.split("\n\n")
    opening, where, *rest = block.splitlines()
    assert heading == RenderingConfig().critique_heading
    assert opening == f"Goal: {GOAL}"
    assert f'Step {critique.step + 1}, "move apple 1 to box 1"' in where
    assert [line.startswith("> ") for line in rest] == sorted(
        line.startswith("> ") for line in rest
    )


def test_things_of_other_tasks_never_come_up(learnt: SkillMemory) -> None:
    """What the model of the advice handled is told with what this run had in its hands."""
    failed = failure("mug", "shelf")

    critique = learnt.critique(failed)

    assert critique is not None
    assert "> clean mug 1 with sink 1" in actions(critique) or "<" in critique.text
    assert "> move mug 1 to shelf 1" in actions(critique)
    assert not {"pear", "plum"} & {*critique.text.split()}


def test_environments_own_reason_comes_first(learnt: SkillMemory) -> None:
    """A verdict that names a step and actions is the critique; nothing else is asked."""
    said = "Step 5: the apple was cold.\n> heat apple 1 with oven 1"
    failed = _judged(play(COLD), said)

    critique = learnt.critique(failed, critic=KnowingCritic())

    assert critique is not None
    assert (critique.source, critique.step) == ("environment", 4)
    assert critique.mistake == "Step 5: the apple was cold."
    assert actions(critique) == ["> heat apple 1 with oven 1"]


def test_a_reason_may_name_the_action_instead_of_a_number(memory: SkillMemory) -> None:
    """The step is then the last that did just that."""
    said = "move apple 1 to box 1 came too early.\n> heat apple 1 with oven 1"

    critique = memory.critique(_judged(play(COLD), said))

    assert critique is not None
    assert (critique.source, critique.step) == ("environment", 4)


def test_a_reason_without_a_remedy_is_told_beside_the_successes(learnt: SkillMemory) -> None:
    """What the environment said stands before what the comparison shows."""
    critique = learnt.critique(_judged(play(COLD), "the apple is cold"))

    assert critique is not None
    assert critique.source == "comparison"
    assert critique.mistake.splitlines()[0] == "the apple is cold"


def test_a_critic_is_asked_last(memory: SkillMemory) -> None:
    """Where nothing else tells anything, the critic's word is taken."""
    failed = play(COLD)

    critique = memory.critique(failed, critic=KnowingCritic())

    assert memory.critique(failed) is None
    assert critique is not None
    assert critique.source == "critic"


@pytest.mark.parametrize(
    "draft",
    [
        CritiqueDraft(step=99, mistake="It was cold.", advice="Heat it."),
        CritiqueDraft(step=-1, mistake="It was cold.", advice="Heat it."),
        CritiqueDraft(step=0, mistake="It was cold.", advice=" "),
        CritiqueDraft(step=0, mistake="", advice="Heat it."),
        None,
    ],
)
def test_half_a_critique_is_none(memory: SkillMemory, draft: CritiqueDraft | None) -> None:
    """Without a step of the run, a mistake or a remedy there is no critique."""
    assert memory.critique(play(COLD), critic=KnowingCritic(draft)) is None


def test_what_was_no_mistake_is_not_criticised(learnt: SkillMemory) -> None:
    """A success, an attempt nobody judged, and one that its environment broke have no critique."""
    broken = _judged(play(COLD), "connection lost").model_copy(update={"ended_by": "error"})

    assert learnt.critique(play(WINNING)) is None
    assert learnt.critique(play(COLD).model_copy(update={"outcome": None})) is None
    assert learnt.critique(broken, critic=KnowingCritic()) is None


def test_an_untrusted_verdict_is_not_criticised(learnt: SkillMemory) -> None:
    """Nobody is sent to try again on the word of somebody whose word is not trusted."""
    rumour = Outcome(success=False, verifier_kind="judge")

    assert learnt.critique(play(COLD).model_copy(update={"outcome": rumour})) is None


def test_a_thing_seen_is_looked_for_where_it_was_seen(memory: SkillMemory) -> None:
    """What the run passed by is named, with the place at which an answer named it."""
    for thing in ("pear", "plum"):
        memory.record(success(thing))
    memory.consolidate()
    steps = (
        Step(action="go to bed 1", observation="You arrive at bed 1. On it, you see nothing."),
        Step(action="go to desk 1", observation="You arrive at desk 1. You see a plum 1."),
        *clean_steps("plum")[2:3] * 9,
    )
    goal = Task(goal="put a clean plum in fridge.", observation="You are in a kitchen.")

    critique = memory.critique(Episode(task=goal, steps=steps, outcome=LOST))

    assert critique is not None
    assert critique.step == 2, "what it did instead, right after it had seen the plum"
    assert [*actions(critique)][:2] == ["> go to desk 1", "> take plum 1 from desk 1"]


def test_what_was_never_found_is_looked_for_where_the_run_did_not_look(
    memory: SkillMemory,
) -> None:
    """What could have been looked into and was not is named, before what is to be done with it."""
    for thing in ("pear", "plum"):
        memory.record(success(thing))
    memory.consolidate()
    looks = tuple(f"go to desk {number}" for number in (1, 2, 3))
    steps = tuple(
        Step(action=action, observation=f"You see nothing at {action}.", admissible=looks)
        for action in (looks[0], looks[0], looks[0])
    )
    goal = Task(goal="put a clean mug in fridge.", observation="You are in a kitchen.")

    critique = memory.critique(Episode(task=goal, steps=steps, outcome=LOST))

    assert critique is not None
    assert critique.step == 1, "the first step that only repeated another"
    assert [*actions(critique)][:2] == ["> go to desk 2", "> go to desk 3"]
    assert actions(critique)[2].startswith("> take mug from <")


def test_a_way_gone_in_vain_is_not_advised_again(memory: SkillMemory) -> None:
    """Where the run had come as one success did and could not go on, another's way is told."""
    *before, last = clean_steps("plum", "chest")
    opened = Step(action="open chest 1", observation="You open the chest 1.")
    for steps in ((*before, last), (*before, opened, last)):
        memory.record(success("plum", "chest").model_copy(update={"steps": steps, "id": new_id()}))
    memory.consolidate()
    wandered = Step(action="go to bed 1", observation="You arrive at bed 1.")
    failed = success("plum", "chest").model_copy(
        update={"steps": (*before, wandered, wandered), "outcome": LOST}
    )

    critique = memory.critique(failed)

    assert [*actions(critique)][-3:] == [
        "> go to chest 1",
        "> open chest 1",
        "> move plum 1 to chest 1",
    ]


def test_actions_are_spelt_as_the_task_spells_them(memory: SkillMemory) -> None:
    """A path keeps its capitals, and a tool's call its form: it can be given as it stands."""
    for number, name in enumerate(("Old.py", "New.py")):
        memory.record(_edited(f"src/{name}", f"won {number}", passing=True))
    memory.consolidate()

    critique = memory.critique(_edited("src/App.py", "lost", passing=False))

    assert [*actions(critique)] == [
        '> open_file(path="src/App.py")',
        '> fix_imports(path="src/App.py")',
        '> run_tests(path="src/App.py")',
    ]


def _edited(path: str, name: str, *, passing: bool) -> Episode:
    """Give a run on a file: without its imports mended the tests fail."""
    tools = ("open_file", "fix_imports", "run_tests") if passing else ("open_file", "run_tests")
    steps = tuple(
        Step(action="", tool=tool, arguments={"path": path}, observation=f"{tool} has run.")
        for tool in tools
    )
    outcome = Outcome(success=passing, verifier_kind="tests", verifier="pytest")
    return Episode(id=name, task=Task(goal=f"mend {path}"), steps=steps, outcome=outcome)


def _judged(episode: Episode, detail: str) -> Episode:
    outcome = Outcome(success=False, verifier_kind="environment", detail=detail)
    return episode.model_copy(update={"outcome": outcome})
