"""The whole way from a task to its text."""

from __future__ import annotations

import pytest

from skillmem.config import Config, RenderingConfig, RetrievalConfig
from skillmem.protocols import Hit, Vector
from skillmem.retrieval import Snapshot, fingerprint, retrieve
from skillmem.structure import LearntEntityFinder
from skillmem.testing.counters import WordCounter
from skillmem.testing.embedders import HashingEmbedder
from skillmem.types import Kind, Lexicon, Retrieval, Skeleton, Step, Task
from tests.retrieval.memories import (
    a_demonstration,
    a_lesson,
    a_snapshot,
    search_in,
    some_tools,
)

HEAT: Skeleton = ("take <A> from <C>", "heat <A> with <D>", "move <A> to <B>")
CLEAN: Skeleton = ("take <A> from <C>", "clean <A> with <D>", "move <A> to <B>")
HOT = "put a hot <A> in <B>."
CLEANED = "put a clean <A> in <B>."
MEMORY = a_snapshot(
    a_demonstration("clean", "put a clean egg in fridge.", masked=CLEANED, skeleton=CLEAN),
    a_demonstration("apple", "put a hot apple in shelf.", masked=HOT, skeleton=HEAT),
    a_demonstration("egg", "put a hot egg in fridge.", masked=HOT, skeleton=HEAT),
    a_lesson("lesson", masked=HOT, skeleton=HEAT),
    lexicon=Lexicon(goals=(HOT, CLEANED)),
)


def ask(
    goal: str,
    *,
    budget: int = 1000,
    snapshot: Snapshot = MEMORY,
    config: Config | None = None,
) -> Retrieval:
    """Retrieve for a goal."""
    return retrieve(
        Task(goal=goal, label="never read"),
        token_budget=budget,
        steps=(),
        snapshot=snapshot,
        tools=some_tools(config=config),
        search=search_in(snapshot, HashingEmbedder()),
    )


def test_the_task_at_hand_finds_its_kind() -> None:
    """Runs of the same skeleton are shown, the nearest wording first, with their lesson."""
    retrieval = ask("put a hot egg in fridge.")

    assert [item.id for item in retrieval.items] == ["egg", "lesson", "apple"]
    assert retrieval.receipt.masked_goal == HOT
    assert retrieval.text.count("Goal: put a hot") == 2
    assert "> heat <A> with <B>" in retrieval.text
    assert "clean" not in retrieval.text


def test_a_thing_never_seen_finds_its_kind() -> None:
    """The skeleton shown doesn't depend on knowing the things that the goal names."""
    retrieval = ask("put a hot blicket in dax.")

    assert {item.skeleton for item in retrieval.items} == {HEAT}


def test_an_empty_memory_gives_empty_text() -> None:
    """Nothing is known: no text, no tokens, no error."""
    retrieval = ask("put a hot egg in fridge.", snapshot=a_snapshot())

    assert (retrieval.text, retrieval.tokens, retrieval.items) == ("", 0, ())
    assert retrieval.receipt.lines == ()


@pytest.mark.parametrize("goal", ["", "  ", "buy shares of a railway company", "\x00\x1b"])
def test_what_nothing_is_like_finds_nothing(goal: str) -> None:
    """A goal without words, or far from all that is known, gets no memory."""
    assert ask(goal).text == ""


@pytest.mark.parametrize("budget", [-1, 0, 3])
def test_no_budget_is_no_error(budget: int) -> None:
    """Without room the text is empty and the receipt says why."""
    retrieval = ask("put a hot egg in fridge.", budget=budget)

    assert (retrieval.text, retrieval.tokens, retrieval.items) == ("", 0, ())
    assert all(line.reason for line in retrieval.receipt.lines)


def test_the_receipt_says_why() -> None:
    """Kept, shortened and dropped candidates each have a line with the reason in words."""
    config = Config(retrieval=RetrievalConfig(demonstration_share=0.9))

    retrieval = ask("put a hot egg in fridge.", budget=45, config=config)

    lines = {line.item_id: (line.decision, line.reason) for line in retrieval.receipt.lines}
    assert lines["egg"] == ("shortened", "a longer form did not fit")
    assert lines["apple"] == ("dropped", "it does not fit into what is left of 45 tokens")
    assert lines["clean"] == ("dropped", "its skeleton lost the vote")


def test_the_same_question_has_the_same_answer() -> None:
    """Retrieving twice gives equal records."""
    assert ask("put a hot egg in fridge.") == ask("put a hot egg in fridge.")


def test_hits_beyond_the_snapshot_are_passed_over() -> None:
    """An index that is ahead of the snapshot can't show what the snapshot doesn't hold."""

    def search(kind: Kind, space: str, vector: Vector, limit: int) -> tuple[Hit, ...]:
        newer = Hit(f"newer {kind} in {space}", float(vector @ vector))
        return (newer, *search_in(MEMORY, HashingEmbedder())(kind, space, vector, limit))

    retrieval = retrieve(
        Task(goal="put a hot egg in fridge."),
        token_budget=1000,
        steps=(),
        snapshot=MEMORY,
        tools=some_tools(),
        search=search,
    )

    assert retrieval == ask("put a hot egg in fridge.")


def test_what_was_done_so_far_is_heard() -> None:
    """In the middle of an episode, the skeleton attempted speaks for runs like it."""
    config = Config(retrieval=RetrievalConfig(vote_spread=10.0, maximum_lessons=0))
    lexicon = Lexicon(entities=("egg", "sink"), operations=("clean", "with"))
    steps = [Step(action="clean egg 1 with sink 1", observation="It is clean.")]
    snapshot = a_snapshot(*MEMORY.items.values(), lexicon=lexicon)

    def shown(steps: list[Step]) -> set[str]:
        retrieval = retrieve(
            Task(goal="put some egg in sink."),
            token_budget=1000,
            steps=steps,
            snapshot=snapshot,
            tools=some_tools(config=config)._replace(finder=LearntEntityFinder()),
            search=search_in(snapshot, HashingEmbedder()),
        )
        return {item.id for item in retrieval.items}

    assert shown([]) == {"apple", "egg"}
    assert shown(steps) == {"clean"}


def test_a_closed_lane_is_given_as_the_reason() -> None:
    """Where no lessons may be shown, the receipt doesn't speak of better ones."""
    config = Config(retrieval=RetrievalConfig(maximum_lessons=0))

    retrieval = retrieve(
        Task(goal="put a hot egg in fridge."),
        token_budget=1000,
        steps=(),
        snapshot=MEMORY,
        tools=some_tools(config=config),
        search=search_in(MEMORY, HashingEmbedder()),
    )

    reasons = {line.reason for line in retrieval.receipt.lines if line.kind == "lesson"}
    assert "the lane of lessons is closed" in reasons
    assert not any("enough" in reason or "preferred" in reason for reason in reasons)


def test_the_label_is_never_read() -> None:
    """No label, neither of the task nor of an item, shows up."""
    assert "never read" not in ask("put a hot egg in fridge.").model_dump_json(exclude={"items"})


def test_the_fingerprint_names_all_that_the_text_rests_on() -> None:
    """Another version, configuration, embedder or counter gives another fingerprint."""

    class OtherCounter(WordCounter):
        name = "other"

    renamed = Config(rendering=RenderingConfig(lessons_heading="## Mistakes"))
    prints = [
        fingerprint(3, some_tools()),
        fingerprint(4, some_tools()),
        fingerprint(3, some_tools(config=renamed)),
        fingerprint(3, some_tools(embedder=HashingEmbedder(32))),
        fingerprint(3, some_tools(counter=OtherCounter())),
    ]

    assert len(set(prints)) == 5
    assert ask("put a hot egg in fridge.").fingerprint == prints[0]
