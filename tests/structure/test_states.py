"""Refusals, effects and loops."""

from __future__ import annotations

from skillmem.structure.states import credible, effects, refusals, without_loops
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
WORKED = (("open a 1", "Open."), ("take b 1", "Taken."), ("heat b 1", "Hot."))


def test_the_same_answer_to_different_actions_is_a_refusal() -> None:
    """Three actions of two verbs are enough, when successes got other answers to one of them."""
    success = episode(*WORKED, success=True)

    assert refusals([episode(*REFUSED, success=False), success]) == ("Nope.",)
    assert refusals([episode(*REFUSED[:2], success=False), success]) == ()
    assert refusals([episode(*REFUSED, success=False)]) == ()


def test_an_answer_of_successes_is_no_refusal() -> None:
    """What ends a success, or comes as often in successes, means that things go well."""
    fine = [(action, "OK.") for action, _ in REFUSED]
    lost = [episode(*fine, success=False)] * 4

    assert refusals([episode(*fine, success=True), *lost]) == ()
    assert refusals([episode(*fine, ("x", "won"), success=True), *lost]) == ()


def test_what_comes_right_before_the_end_is_no_refusal() -> None:
    """An answer that failures get more often is no refusal when successes end on it."""
    lost = [episode(*REFUSED, success=False)] * 9
    early = episode(REFUSED[0], *WORKED, success=True)
    late = episode(*WORKED[:2], REFUSED[2], WORKED[2], success=True)
    plain = episode(*WORKED, success=True)

    assert refusals([*lost, early, plain]) == ("Nope.",)
    assert refusals([*lost, late, plain]) == ()


def test_an_answer_that_most_successes_met_is_no_refusal() -> None:
    """A generic answer to what works is told by the successes that can't do without it."""
    lost = [episode(*REFUSED, success=False)] * 9
    success = episode(REFUSED[0], *WORKED, success=True)

    assert refusals([*lost, success]) == ()


def with_lists(lists: str, *pairs: tuple[str, str]) -> Episode:
    """Make a failure whose admissible actions are written as letters, one list a step."""
    steps = zip(episode(*pairs, success=False).steps, lists, strict=True)
    return Episode(
        task=Task(goal="g"),
        steps=tuple(step.model_copy(update={"admissible": tuple(them)}) for step, them in steps),
        outcome=Outcome(success=False, verifier_kind="environment"),
    )


def test_admissible_actions_tell_a_refusal() -> None:
    """They stayed the same, and other answers to the same verbs changed them."""
    end = ("look", "end")
    telling = with_lists("abcd", *WORKED, end)

    assert refusals([with_lists("aaaa", *REFUSED, end), telling]) == ("Nope.",)
    assert refusals([with_lists("aaba", *REFUSED, end), telling]) == ()
    assert refusals([with_lists("aaaa", *REFUSED, end), with_lists("aaaa", *WORKED, end)]) == ()


def test_effects() -> None:
    """Refused actions and errors have no effect; a repeated one may have."""
    run = episode(("look", "a"), ("look", "a"), ("open", "Nope."), success=True)
    steps = (
        *(step.model_copy(update={"admissible": ("go", "look")}) for step in run.steps[:2]),
        run.steps[2],
        Step(action="call", observation="", error="bad value"),
    )

    assert effects(steps, ("Nope.",)) == (True, True, False, False)


def test_a_success_can_make_a_refusal_doubtful() -> None:
    """What answers half of its actions, or what comes right before its end, may be no refusal."""
    assert credible(episode(REFUSED[0], *WORKED, success=True).steps, ("Nope.",)) == {"Nope."}
    assert not credible(episode(*REFUSED[:2], *WORKED[:2], success=True).steps, ("Nope.",))
    assert not credible(episode(*WORKED, REFUSED[0], ("x", "y"), success=True).steps, ("Nope.",))


PLACES = ("go to a 1", "go to b 1", "go to c 1")


def walk(*actions: str, answers: tuple[str, ...] = (), listed: bool = True) -> tuple[Step, ...]:
    """Walk between places; where one is, one can't go."""
    here, steps = "", []
    for place, action in enumerate((*actions, "end")):
        possible = tuple(it for it in (*PLACES, "take x 1") if it != here) if listed else ()
        answer = answers[place] if place < len(answers) else f"done: {action}"
        steps.append(Step(action=action, observation=answer, admissible=possible))
        here = action if action in PLACES else here
    return tuple(steps)


def test_a_walk_back_to_an_equal_state_is_cut() -> None:
    """Going round is cut, where lists of what is possible show that it is round."""
    there, back, further = PLACES

    left = without_loops(walk(there, back, further, there, "take x 1"))

    assert [step.action for step in left] == [there, "take x 1", "end"]


def test_nothing_else_is_a_loop() -> None:
    """What was done on the way, unknown lists, other answers and mere repetition stay."""
    there, back, further = PLACES
    steps = ("go north", "go east", "go north")
    unchanging = tuple(
        Step(action=action, observation="A road.", admissible=("go north", "go east"))
        for action in (*steps, *steps[:1] * 3)
    )

    for kept in (
        walk(there, "take x 1", there),
        walk(there, back, there, listed=False),
        walk(there, back, there, answers=("an apple", "", "nothing")),
        walk(there, there, further),
        unchanging,
    ):
        assert without_loops(kept) == kept


def test_the_loop_of_a_long_run_is_cut() -> None:
    """Thousands of places on the way back to the first are cut as one loop."""
    actions = [f"go to {place}" for place in (*range(10_000), 0, 1)]
    steps = tuple(Step(action=it, observation=it, admissible=(it,)) for it in actions)

    assert without_loops(steps) == (steps[0], steps[-1])
    assert without_loops(steps[:-2]) == steps[:-2]
