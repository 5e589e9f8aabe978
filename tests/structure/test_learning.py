"""Learning as one goes, and what a change of the words means."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from skillmem.structure import LearntEntityFinder, reader, reclassified
from skillmem.structure import evidence as bounds
from skillmem.structure.evidence import bounded
from skillmem.types import Episode, Evidence, Lexicon, Step, Task, Trial

FINDER = LearntEntityFinder()
THINGS = ("apple", "red apple", "Tom's cup", "kiwi", "old tin crate")
PLACES = ("table", "fridge", "book shelf", "shelf")

numbered = st.builds(
    lambda form, thing, place, number: form.format(f"{thing} {number}", f"{place} {number + 1}"),
    st.sampled_from(("take {0} from {1}", "clean {0} with {1}", "move {0} to {1}", "go to {1}")),
    st.sampled_from(THINGS),
    st.sampled_from(PLACES),
    st.integers(1, 4),
)
bare = st.builds(
    "{} {} {}".format,
    st.sampled_from(("cp", "link")),
    st.sampled_from(("report", "notes", "budget")),
    st.sampled_from(("backup", "archive", "desk")),
)


def run(actions: Sequence[str], *, admissible: bool = False, goal: str = "") -> Episode:
    """Make a run whose every action was answered in its own way."""
    steps = tuple(
        Step(
            action=action,
            observation=f"{action}: you see a {action.partition(' ')[2]}.",
            admissible=tuple(actions) if admissible else (),
        )
        for action in actions
    )
    return Episode(task=Task(goal=goal or f"do it {len(actions)} times"), steps=steps)


runs = st.builds(
    run, st.lists(st.one_of(numbered, bare), min_size=1, max_size=6), admissible=st.booleans()
)


def learnt(*batches: Sequence[Episode]) -> Lexicon:
    """Learn batch after batch."""
    lexicon = Lexicon()
    for batch in batches:
        lexicon = FINDER.learn(batch, lexicon)
    return lexicon


def kitchen(thing: str) -> Episode:
    """Play one run without lists of what was admissible."""
    return run(
        [f"take {thing} 1 from table 1", f"clean {thing} 1 with sink 1", f"move {thing} 1 to pot 1"]
    )


@settings(max_examples=60, deadline=None)
@given(episodes=st.lists(runs, min_size=1, max_size=8), data=st.data())
def test_batches_do_not_matter(episodes: list[Episode], data: st.DataObject) -> None:
    """One by one, in any batches or all at once: the lexicon is the same."""
    cut = data.draw(st.integers(0, len(episodes)))

    whole = learnt(episodes)

    assert learnt(*([it] for it in episodes)) == whole
    assert learnt(episodes[:cut], episodes[cut:]) == whole


@settings(max_examples=60, deadline=None)
@given(episodes=st.lists(runs, min_size=1, max_size=8), data=st.data())
def test_order_does_not_matter(episodes: list[Episode], data: st.DataObject) -> None:
    """Whatever came first, the same words are entities, and the same operations."""
    one = learnt(episodes)
    other = learnt(*([it] for it in data.draw(st.permutations(episodes))))

    assert set(one.entities) == set(other.entities)
    assert set(one.operations) == set(other.operations)
    assert set(one.adjacent) == set(other.adjacent)


def test_one_run_without_admissible_lists_is_enough() -> None:
    """What stands between two numbered names is a connector from the first run on."""
    lexicon = learnt([kitchen("apple")])

    assert set(lexicon.entities) == {"apple", "table", "sink", "pot"}
    assert set(lexicon.operations) == {"take", "clean", "move", "from", "with", "to"}


def test_a_word_is_read_anew_when_more_is_known() -> None:
    """What was taken for a part of a name is an operation once that is shown."""
    first = learnt([run(["look in pot"]), run(["look in box"])])
    later = learnt(
        [run(["look in pot"]), run(["look in box"])], [run(["look in box 1", "go in pot 2"])]
    )

    assert "in" in later.operations
    assert first.evidence != later.evidence


def test_learning_nothing_new_changes_nothing() -> None:
    """Runs like those before leave the lexicon as it is."""
    lexicon = learnt([kitchen("apple")])

    assert FINDER.learn([kitchen("apple")], lexicon) == lexicon


def test_words_given_without_evidence_stay() -> None:
    """A lexicon written by hand is learnt on from."""
    given_words = Lexicon(entities=("pear",), operations=("mow",))

    lexicon = FINDER.learn([kitchen("apple")], given_words)

    assert {"pear", "apple"} <= set(lexicon.entities)
    assert {"mow", "take"} <= set(lexicon.operations)


def test_evidence_is_bounded() -> None:
    """The oldest evidence is kept, and words learnt beyond it stay known."""
    many = tuple(Trial(f"verb{number} thing") for number in range(bounds.COMMANDS + 10))
    full = Lexicon(evidence=bounded(Evidence(commands=many)))

    lexicon = FINDER.learn([kitchen("kiwi")], FINDER.learn([kitchen("apple")], full))

    assert len(lexicon.evidence.commands) == bounds.COMMANDS
    assert lexicon.evidence.commands == full.evidence.commands
    assert {"apple", "kiwi", "table"} <= set(lexicon.entities)


def test_a_lexicon_round_trips_as_json() -> None:
    """Stores and dumps give back what was learnt, evidence included."""
    lexicon = learnt([kitchen("Tom's cup")])

    assert Lexicon.model_validate_json(lexicon.model_dump_json()) == lexicon


def test_reclassified_says_when_masking_may_differ() -> None:
    """An entity that is none any more, or holds a new operation; not a mere further word."""
    old = Lexicon(entities=("apple", "from table"), operations=("take",))

    assert not reclassified(old, old)
    assert not reclassified(
        old, Lexicon(entities=("apple", "from table", "mug"), operations=("take", "to"))
    )
    assert reclassified(old, Lexicon(entities=("apple", "table"), operations=("take", "from")))
    assert reclassified(old, Lexicon(entities=("apple", "from table"), operations=("take", "from")))


def test_neighbouring_arguments_are_told_apart() -> None:
    """Where each varies while the other stays, even new names stand apart."""
    lexicon = learnt([run(["cp report archive", "cp notes backup", "cp report backup"])])
    template = reader(FINDER, lexicon).template(Step(action="cp new place", observation=""))

    assert template.text == "cp <A> <B>"
    assert set(lexicon.entities) == {"report", "archive", "notes", "backup"}


def test_a_name_of_two_words_stays_whole() -> None:
    """Names of several words don't vary word by word, or stand side by side in goals too."""
    lexicon = learnt([run(["take red apple", "take green pear", "take tin box"])])
    named = learnt(
        [run(["take red apple", "take green apple", "take red box"], goal="bring a red apple")]
    )

    for known in (lexicon, named):
        template = reader(FINDER, known).template(Step(action="take red apple", observation=""))
        assert template.text == "take <A>"
