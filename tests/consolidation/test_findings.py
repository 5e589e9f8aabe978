"""What a batch teaches, and why the rest is skipped."""

from __future__ import annotations

from skillmem.consolidation import BuiltInDistiller, Findings, Instruments, distil
from skillmem.structure import LearntEntityFinder, signature
from skillmem.types import Episode, Lexicon, Logged, Outcome, Task
from tests.consolidation.kitchen import WINNING, Kitchen, logged, outcome, play

INSTRUMENTS = Instruments(LearntEntityFinder(), BuiltInDistiller())


def found(*entries: Logged, instruments: Instruments = INSTRUMENTS) -> Findings:
    """Consolidate these episodes, without a memory before."""
    return distil(entries, known=(), lexicon=Lexicon(), instruments=instruments)


def test_successes_become_demonstrations_and_failures_lessons() -> None:
    """Each judged episode is done, and rests on its own id."""
    findings = found(
        logged(play(WINNING, episode_id="s")),
        logged(play([*WINNING[:2], *WINNING[4:]], episode_id="f")),
    )

    assert [item.episode_ids for item in findings.demonstrations] == [("s",)]
    assert [item.episode_ids for item in findings.lessons] == [("f",)]
    assert findings.states == {"s": ("done", ""), "f": ("done", "")}
    assert findings.verdicts == {"s": True, "f": False}
    assert signature(findings.lessons[0].skeleton) == signature(findings.demonstrations[0].skeleton)


def test_every_skip_has_its_reason() -> None:
    """Unjudged, distrusted, empty, broken off and uninstructive runs are told apart."""
    played = play(WINNING[:2])
    runs = [
        played.model_copy(update={"id": "unjudged", "outcome": None}),
        played.model_copy(update={"id": "judge", "outcome": outcome(success=True, kind="judge")}),
        Episode(id="empty", task=Task(goal="g"), outcome=outcome(success=True)),
        played.model_copy(update={"id": "crash", "ended_by": "error"}),
        played.model_copy(update={"id": "alone"}),
    ]

    findings = found(*(logged(run) for run in runs))

    assert {name: reason for name, (_, reason) in findings.states.items()} == {
        "unjudged": "no verdict from outside",
        "judge": "untrusted verdict: judge has trust 0.3, below 0.5",
        "empty": "no steps",
        "crash": "crash",
        "alone": "nothing in it tells it apart from the successes known so far",
    }
    assert {state for state, _ in findings.states.values()} == {"skipped"}


def test_replays_verify_and_are_counted() -> None:
    """With replay, demonstrations are played and say so."""
    instruments = INSTRUMENTS._replace(replay=lambda _: Kitchen())

    findings = found(logged(play(["go to shelf 1", *WINNING])), instruments=instruments)

    (item,) = findings.demonstrations
    assert item.verified == "replayed"
    assert tuple(step.action for step in item.steps) == WINNING
    assert findings.cost.replays > 1


def test_known_demonstrations_help_to_understand_failures() -> None:
    """A failure alone in its batch is held against what is known."""
    first = found(logged(play(["go to shelf 1", *WINNING], episode_id="s")))
    failure = logged(play([*WINNING[:2], *WINNING[4:]], episode_id="f"))

    second = distil(
        [failure], known=first.demonstrations, lexicon=first.lexicon, instruments=INSTRUMENTS
    )

    assert len(second.lessons) == 1
    assert found(failure).lessons == ()


def test_a_later_verdict_of_more_trust_counts() -> None:
    """A success that the environment denies is a failure."""
    episode = play(WINNING).model_copy(update={"outcome": outcome(success=True, kind="user")})

    findings = found(logged(episode, Outcome(success=False, verifier_kind="environment")))

    assert findings.demonstrations == ()
    assert findings.verdicts == {episode.id: False}
