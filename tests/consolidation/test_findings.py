"""What a batch teaches, and why the rest is skipped."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from skillmem.consolidation import BuiltInDistiller, Findings, Instruments, distil
from skillmem.protocols import EntityFinder, Purse
from skillmem.structure import LearntEntityFinder, signature
from skillmem.types import (
    Demonstration,
    Episode,
    LessonDraft,
    Lexicon,
    Logged,
    Outcome,
    Task,
)
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
        "crash": "fault: crash",
        "alone": "nothing in it tells it apart from the successes known so far",
    }
    states = {name: state for name, (state, _) in findings.states.items()}
    assert states.pop("alone") == "waiting"
    assert set(states.values()) == {"skipped"}


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


def test_a_failure_waits_for_a_success() -> None:
    """One that nothing explains yet gives its lesson when it comes again with a success."""
    failure = logged(play([*WINNING[:2], *WINNING[4:]], episode_id="f"))
    success = logged(play(["go to shelf 1", *WINNING], episode_id="s"))

    first = found(failure)
    second = distil([failure, success], known=(), lexicon=first.lexicon, instruments=INSTRUMENTS)

    assert first.states == {
        "f": ("waiting", "nothing in it tells it apart from the successes known so far")
    }
    assert [item.episode_ids for item in second.lessons] == [("f",)]
    assert [item.model_ids for item in second.lessons] == [("s",)]
    assert second.states == {"f": ("done", ""), "s": ("done", "")}


class Scripted:
    """A distiller that says what it is told to."""

    name = "scripted"

    def __init__(self, **texts: str) -> None:
        self._texts = {"situation": "s", "mistake": "m", "advice": "a", "goal": "g", **texts}

    def distil(
        self,
        failure: Episode,  # noqa: ARG002 - what it is told to say is the same for all
        *,
        successes: Sequence[Demonstration],  # noqa: ARG002
        finder: EntityFinder,  # noqa: ARG002
        lexicon: Lexicon,  # noqa: ARG002
        purse: Purse,  # noqa: ARG002
    ) -> LessonDraft | None:
        """Say it."""
        return LessonDraft.model_validate(self._texts)


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ({"situation": "at step 3"}, "holds the digit '3'"),
        ({"goal": "find 7"}, "holds the digit '7'"),
        ({"mistake": "It took the apple too late."}, "names 'apple'"),
        ({"advice": "Look for apples first:\n> take <A>"}, "names 'apple'"),
        ({"advice": "Beware of the gruffalo."}, "names 'gruffalo'"),
        ({"advice": "Never feed Gruffalos."}, "names 'gruffalos'"),
        ({"advice": "  "}, "has no advice"),
        ({"situation": ""}, "has no situation"),
        ({"mistake": ""}, "has no mistake"),
        ({"advice": "Do this:\n> "}, "leaves an action empty"),
        ({"mistake": 'The run never did "".'}, "leaves an action empty"),
    ],
)
def test_what_no_draft_may_hold(texts: dict[str, str], why: str) -> None:
    """A draft with digits, names or nothing in it is refused; the rest of the batch goes on."""
    instruments = INSTRUMENTS._replace(distiller=Scripted(**texts))
    failing = [*WINNING[:2], "poke the green gruffalo"]

    findings = found(
        logged(play(WINNING, episode_id="s")),
        logged(play(failing, episode_id="f")),
        instruments=instruments,
    )

    assert findings.lessons == ()
    assert findings.states == {"s": ("done", ""), "f": ("skipped", f"the distiller's draft {why}")}


def test_a_plain_draft_becomes_a_lesson() -> None:
    """Operations, slots and plain words of any distiller are fine."""
    advice = "First take <A>, then heat it:\n> take <A> from <C>\n> heat <A> with <D>"
    instruments = INSTRUMENTS._replace(distiller=Scripted(advice=advice))

    findings = found(
        logged(play(WINNING, episode_id="s")),
        logged(play([*WINNING[:2], *WINNING[4:]], episode_id="f")),
        instruments=instruments,
    )

    assert [item.advice for item in findings.lessons] == [advice]


def test_a_later_verdict_of_more_trust_counts() -> None:
    """A success that the environment denies is a failure."""
    episode = play(WINNING).model_copy(update={"outcome": outcome(success=True, kind="user")})

    findings = found(logged(episode, Outcome(success=False, verifier_kind="environment")))

    assert findings.demonstrations == ()
    assert findings.verdicts == {episode.id: False}
