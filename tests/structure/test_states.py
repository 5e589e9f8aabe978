"""Refusals, effects and loops."""

from __future__ import annotations

from skillmem.structure.states import effects, refusals, without_loops
from skillmem.types import Episode, Outcome, Step, Task


def episode(*pairs: tuple[str, str], success: bool, admissible: tuple[str, ...] = ()) -> Episode:
    """Make a judged run of actions and answers."""
    return Episode(
        task=Task(goal="g"),
        steps=tuple(
            Step(action=action, observation=answer, admissible=admissible)
            for action, answer in pairs
        ),
        outcome=Outcome(success=success, verifier_kind="environment"),
    )


REFUSED = (("open a 1", "Nope."), ("take b 1", "Nope."), ("heat b 1", "Nope."))


def test_the_same_answer_to_different_actions_is_a_refusal() -> None:
    """Three actions of two kinds that change nothing are enough."""
    assert refusals([episode(*REFUSED, success=False)]) == ("Nope.",)
    assert refusals([episode(*REFUSED[:2], success=False)]) == ()


def test_an_answer_of_successes_is_no_refusal() -> None:
    """What ends a success, or comes as often in successes, means that things go well."""
    fine = [(action, "OK.") for action, _ in REFUSED]

    assert refusals([episode(*fine, success=True)]) == ()
    assert (
        refusals([episode(*fine, ("x", "won"), success=True), episode(*fine, success=False)]) == ()
    )


def test_an_answer_after_which_other_things_are_possible_is_no_refusal() -> None:
    """Where admissible actions are known, a change of them is an effect."""
    first = episode(*REFUSED, success=False, admissible=("a",))
    changed = first.steps[1].model_copy(update={"admissible": ("a", "b")})
    second = first.model_copy(update={"steps": (first.steps[0], changed, first.steps[2])})

    assert refusals([first]) == ("Nope.",)
    assert refusals([second]) == ()


def test_effects() -> None:
    """Refused actions, errors, and the same answer in the same state have no effect."""
    run = episode(("look", "a"), ("look", "a"), ("go", "b"), ("open", "Nope."), success=True)
    steps = (
        *(step.model_copy(update={"admissible": ("go", "look")}) for step in run.steps[:3]),
        run.steps[3],
        Step(action="call", observation="", error="bad value"),
    )

    assert effects(steps, ("Nope.",)) == (True, False, True, False, False)


def test_only_loops_of_one_kind_of_action_are_cut() -> None:
    """Going round is cut; what was done on the way is not."""
    there, back = ("go to a 1", "at a"), ("go to b 1", "at b")
    went = episode(there, back, there, ("open a 1", "open"), success=True).steps
    did = episode(there, ("take x 1", "taken"), there, success=True).steps

    assert [step.action for step in without_loops(went)] == ["go to a 1", "open a 1"]
    assert without_loops(did) == did
