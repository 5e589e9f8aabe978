"""Where answers are generic and repetition counts, a shortened plan is still a plan."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from skillmem.consolidation import BuiltInDistiller, Findings, Instruments, distil
from skillmem.structure import LearntEntityFinder
from skillmem.types import Episode, Lexicon, Logged, Outcome, Step, Task
from tests.consolidation.kitchen import logged
from tests.consolidation.vault import IDLE, PLACES, PLAN, Lists, play_vault

noise = st.lists(st.sampled_from([*IDLE, *PLACES, *PLAN[:-1]]), max_size=5)


def consolidated(*runs: Logged) -> Findings:
    """Consolidate runs without replay."""
    instruments = Instruments(LearntEntityFinder(), BuiltInDistiller())
    return distil(runs, known=(), lexicon=Lexicon(), instruments=instruments)


def roundabout(detours: list[list[str]]) -> list[str]:
    """Do other things before every step of the plan, which is done in the hall."""
    return [it for on, act in zip(detours, PLAN, strict=True) for it in (*on, PLACES[0], act)]


@settings(max_examples=60, deadline=None)
@given(
    won=st.lists(st.lists(noise, min_size=len(PLAN), max_size=len(PLAN)), min_size=1, max_size=2),
    lost=st.lists(st.lists(noise, min_size=2, max_size=6), max_size=4),
    lists=st.sampled_from(("unknown", "constant", "telling")),
    done=st.sampled_from(("OK.", "That is done already.")),
)
def test_what_is_kept_still_wins(
    won: list[list[list[str]]], lost: list[list[list[str]]], lists: Lists, done: str
) -> None:
    """Whatever else was done, by it and by failures, a demonstration's steps open the vault."""
    plans = [*map(roundabout, won), *([it for part in run for it in part] for run in lost)]
    runs = [
        play_vault(plan, episode_id=f"e{at}", lists=lists, done=done)[0]
        for at, plan in enumerate(plans)
    ]

    found = consolidated(*runs)

    assert len(found.demonstrations) >= len(won)
    for item in found.demonstrations:
        actions = [step.action for step in item.steps]
        assert play_vault(actions, episode_id="again", lists=lists, done=done)[1], actions


def run(*pairs: tuple[str, str], success: bool = True, admissible: tuple[str, ...] = ()) -> Logged:
    """Log a run of actions and answers."""
    return logged(
        Episode(
            task=Task(goal="reach the end"),
            steps=tuple(
                Step(action=action, observation=answer, admissible=admissible)
                for action, answer in pairs
            ),
            outcome=Outcome(success=success, verifier_kind="environment"),
        )
    )


def kept(*runs: Logged) -> list[str]:
    """Name the actions of the first demonstration."""
    return [step.action for step in consolidated(*runs).demonstrations[0].steps]


def test_going_on_is_no_loop() -> None:
    """The same step with the same answer may be a step further."""
    road = ("go north", "You are on the road.")

    assert kept(run(road, road, road, ("enter tower", "You win."))) == [
        *("go north",) * 3,
        "enter tower",
    ]


def test_counting_is_no_idling() -> None:
    """The same answer and the same possibilities don't mean that nothing happened."""
    click, possible = ("press button", "Click."), ("press button", "pull lever", "go home")
    vault = run(click, click, click, ("pull lever", "The vault opens."), admissible=possible)

    assert kept(vault) == [*("press button",) * 3, "pull lever"]


def test_a_generic_answer_is_no_refusal() -> None:
    """What failures hear more often is still how things that work are answered."""
    plan = (("take key", "OK."), ("oil hinge", "OK."), ("turn key", "OK."), ("look", "A gate."))
    won = run(*plan, ("push gate", "The gate opens."))
    lost = [
        run(*plan[:2], *((act, "OK.") for act in ("kick gate", "turn lamp", "eat key")), success=ok)
        for ok in (False, False)
    ]

    assert kept(won, *lost) == ["take key", "oil hinge", "turn key", "look", "push gate"]


def test_unjudged_runs_teach_nothing() -> None:
    """Neither words nor refusals come from a run without a trusted verdict."""
    verbs = ("take", "turn", "drop", "eat")
    raw = Episode(
        task=Task(goal="x"),
        steps=tuple(Step(action=f"{verb} key 1", observation="OK.") for verb in verbs),
    )
    judge = Outcome(success=False, verifier_kind="judge")
    won = run(("take key 1", "OK."), ("look", "A gate."), ("push gate 1", "It opens."))

    alone = consolidated(won)

    for other in (logged(raw), logged(raw.model_copy(update={"outcome": judge}))):
        assert consolidated(won, other).lexicon == alone.lexicon
        assert consolidated(won, other).demonstrations == alone.demonstrations
