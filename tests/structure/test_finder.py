"""What the finder learns, and what it finds."""

from __future__ import annotations

import pytest

from skillmem.structure import LearntEntityFinder
from skillmem.types import Episode, Lexicon, Outcome, Step, Task

FINDER = LearntEntityFinder()


def learnt(*actions: str, goal: str = "", admissible: tuple[str, ...] = ()) -> Lexicon:
    """Learn from one run whose actions all had an effect."""
    steps = tuple(
        Step(action=action, observation=f"done: {number} times", admissible=admissible)
        for number, action in enumerate(actions)
    )
    return FINDER.learn([Episode(task=Task(goal=goal), steps=steps)], Lexicon())


def names(text: str, lexicon: Lexicon) -> list[str]:
    """Name what is mentioned."""
    return [mention.name for mention in FINDER.mentions(text, lexicon)]


def test_numbered_names_are_entities_and_the_words_between_are_not() -> None:
    """A single command of each kind is enough when names carry numbers."""
    lexicon = learnt(
        "go to blick 1", "go to dax 2", "take wug 3 from blick 1", "heat wug 3 with dax 2"
    )

    assert set(lexicon.entities) == {"blick", "dax", "wug"}
    assert set(lexicon.operations) == {"go", "to", "take", "from", "heat", "with"}


def test_names_without_numbers_are_known_by_what_varies() -> None:
    """What other words can stand for is an entity; what always stays is an operation."""
    lexicon = learnt("copy a to b", "copy c to b", "copy a to d", "open d", "open b")

    assert set(lexicon.entities) == {"a", "b", "c", "d"}
    assert set(lexicon.operations) == {"copy", "to", "open"}


def test_a_closed_class_between_arguments_is_no_entity() -> None:
    """`in` and `on` take each other's place, and still are operations."""
    pairs = [
        f"put {thing} {how} {place}" for thing in "pqr" for how in ("in", "on") for place in "xyz"
    ]

    lexicon = learnt(*pairs)

    assert {"put", "in", "on"} == set(lexicon.operations)
    assert set(lexicon.entities) == {*"pqr", *"xyz"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("take red apple", "red apple"),
        ("I see red apples here", "red apple"),
        ("a toilet paper 2 lies there", "toilet paper"),
    ],
)
def test_names_of_several_words(text: str, name: str) -> None:
    """Names may be of several words, and plural."""
    lexicon = learnt(
        *("take red apple from table", "take green box from table", "take box from shelf"),
        *("hang toilet paper 2 on rack 1", "open shelf", "open table", "go to rack 1"),
    )

    assert names(text, lexicon) == [name]


@pytest.mark.parametrize(
    "name", ["/etc/hosts", "https://a.example/b?c", "A-17", "42", "report.txt", "b@c.example"]
)
def test_some_names_are_entities_by_their_form(name: str) -> None:
    """Paths, URLs, ids and numbers are entities even when nothing was learnt."""
    assert names(f"please check {name}.", Lexicon()) == [name.casefold()]


def test_a_number_belongs_to_the_name_before_it() -> None:
    """`apple 3` is one mention of the kind `apple`."""
    lexicon = Lexicon(entities=("apple",))
    (mention,) = FINDER.mentions("an apple 3, ripe", lexicon)

    assert (mention.start, mention.end, mention.name) == (3, 10, "apple")


def test_arguments_of_tools_are_entities() -> None:
    """The values of a call are entities, its keys and its tool are not."""
    call = Step(
        action='ship(city="Berlin")', observation="ok", tool="ship", arguments={"city": "Berlin"}
    )
    lexicon = FINDER.learn([Episode(task=Task(goal="ship"), steps=(call,))], Lexicon())

    assert lexicon.entities == ("berlin",)


def test_refused_actions_teach_no_words() -> None:
    """What an agent made up, and was refused, is neither an entity nor an operation."""
    refused = ("leave the room", "nap on hot cup 2", "find hot cup 2")
    steps = tuple(Step(action=action, observation="Nothing happens.") for action in refused)
    failure = Episode(
        task=Task(goal="g"),
        steps=steps,
        outcome=Outcome(success=False, verifier_kind="environment"),
    )

    lexicon = FINDER.learn([failure], Lexicon(refusals=("Nothing happens.",)))

    assert lexicon.refusals == ("Nothing happens.",)
    assert (lexicon.entities, lexicon.operations) == ((), ())


def test_nothing_is_forgotten() -> None:
    """Learning adds: every word known before is still known."""
    before = Lexicon(entities=("x",), operations=("y",), goals=("put <A>",), refusals=("No.",))

    after = FINDER.learn([], before)

    assert after == before
