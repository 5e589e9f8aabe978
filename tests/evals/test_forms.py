"""The four forms of a log, as an agent reads them."""

from __future__ import annotations

from pathlib import Path

from skillmem.evals.forms import (
    Evidence,
    abstract_failures,
    abstract_successes,
    concrete_failures,
    concrete_successes,
    gather_evidence,
)
from skillmem.retrieval import Tools
from skillmem.structure import LearntEntityFinder
from skillmem.testing.counters import WordCounter
from skillmem.testing.embedders import HashingEmbedder
from skillmem.types import Demonstration, Episode, Lesson, Lexicon, Logged, Outcome, Step, Task

GOLDEN = Path(__file__).parents[1] / "golden" / "arms.txt"
TOOLS = Tools(embedder=HashingEmbedder(), counter=WordCounter(), finder=LearntEntityFinder())


def a_demonstration() -> Demonstration:
    """Make the memory of one success."""
    return Demonstration(
        id="demonstration",
        namespace=("bench",),
        episode_ids=("won",),
        version=1,
        goal="warm the <A>.",
        skeleton=("take <A>", "heat <A> with <B>", "show <A>"),
        task=Task(goal="warm the mug."),
        steps=(
            Step(action="take mug 1", observation="You take the mug 1."),
            Step(action="heat mug 1 with stove 2", observation="You heat the mug 1."),
            Step(action="show mug 1", observation="You show the mug 1."),
        ),
    )


def a_lesson() -> Lesson:
    """Make the memory of one failure."""
    return Lesson(
        id="lesson",
        namespace=("bench",),
        episode_ids=("lost",),
        version=1,
        goal="warm the <A>.",
        skeleton=("take <A>", "show <A>"),
        situation="The thing is in hand and cold.",
        mistake="It was shown before it was heated.",
        advice="Heat it first:\n> heat <A> with <B>",
    )


def a_failure(episode_id: str = "lost", *, steps: int = 2) -> Episode:
    """Make a run that failed by playing."""
    actions = ("take jug 3", *(f"show jug {number}" for number in range(1, steps)))
    return Episode(
        id=episode_id,
        task=Task(goal="warm the jug."),
        steps=tuple(
            Step(action=action, observation=f"After {action}: nothing.") for action in actions
        ),
        outcome=Outcome(success=False, verifier_kind="environment", verifier="chores"),
        ended_by="limit",
    )


def some_evidence() -> Evidence:
    """Make a log of one success and two failures, the second one long."""
    return Evidence(
        demonstrations=(a_demonstration(),),
        lessons=(a_lesson(),),
        failures=(a_failure(), a_failure("lost at length", steps=16)),
        tasks=(Task(goal="warm the mug."), Task(goal="warm the jug.")),
        lexicon=Lexicon(entities=("mug", "jug"), operations=("take", "show", "heat", "with")),
    )


def test_forms_read_as_agreed() -> None:
    """The golden file holds every form at every length, as an agent reads it."""
    evidence = some_evidence()
    forms = (concrete_successes, abstract_successes, concrete_failures, abstract_failures)
    written = "".join(
        f"===== {form.__name__}: {piece.rankable.id} from {', '.join(piece.episode_ids)}, "
        f"length {length}\n{text}\n"
        for form in forms
        for piece in form(evidence, TOOLS)
        for length, text in enumerate(piece.rungs)
    )

    assert written == GOLDEN.read_text(encoding="utf-8")


def test_failures_stand_in_the_lane_of_lessons() -> None:
    """Concrete or abstract, a failure is packed and headed as a lesson, a success is not."""
    evidence = some_evidence()

    for form in (concrete_successes, abstract_successes):
        assert {piece.rankable.kind for piece in form(evidence, TOOLS)} == {"demonstration"}
    for form in (concrete_failures, abstract_failures):
        assert {piece.rankable.kind for piece in form(evidence, TOOLS)} == {"lesson"}


def test_lengths_get_shorter() -> None:
    """Every form's texts come longest first."""
    for piece in concrete_failures(some_evidence(), TOOLS):
        lengths = [len(text) for text in piece.rungs]
        assert lengths == sorted(lengths, reverse=True)


def test_only_runs_that_failed_by_playing_are_failures() -> None:
    """A crash, a run without verdict, a success and an empty run are no concrete failure."""
    failure = a_failure()
    success = failure.model_copy(
        update={"id": "won", "outcome": Outcome(success=True, verifier_kind="environment")}
    )
    others = (
        success,
        failure.model_copy(update={"id": "unjudged", "outcome": None}),
        failure.model_copy(update={"id": "empty", "steps": ()}),
        failure.model_copy(update={"id": "cancelled", "ended_by": "cancelled"}),
    )
    logged = [Logged(episode=episode) for episode in (failure, *others)]

    evidence = gather_evidence(logged, [a_lesson(), a_demonstration()], Lexicon())

    assert evidence.failures == (failure,)
    assert evidence.demonstrations == (a_demonstration(),)
    assert evidence.lessons == (a_lesson(),)
    assert len(evidence.tasks) == 5
