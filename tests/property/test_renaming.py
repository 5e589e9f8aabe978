"""Renaming the entities of runs changes nothing that memory makes of their structure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from skillmem.consolidation import BuiltInDistiller, Findings, Instruments, distil
from skillmem.structure import LearntEntityFinder
from skillmem.types import Episode, Lexicon, Logged, Outcome, Step, Task

WORDS = frozenset(
    re.findall(
        "[a-z]+",
        """a an and answer as at before before behind by can cannot changed changes cold copy did do
        done each else find for from further go goal got happens has have heat hot in into is it
        its keep look looks more most move mv names never not nothing of office ok on once one
        only open or order other others out parcel place please put reached refund run runs see
        send sent ship so some steps stock still take that the them then there thing things this
        to too tool tried two under up was were when where with worked yet you your s es""",
    )
)
PLACES, OBJECTS = 3, 2


class Names(NamedTuple):
    """What a world's things are called."""

    words: tuple[str, ...]
    numbers: tuple[int, ...]


class Script(NamedTuple):
    """What happens in one run, whatever things are called."""

    goal: int
    thing: int
    target: int
    found_at: int
    visits: tuple[int, ...]
    mode: str


MODES = ("success", "unfound", "overlooked", "skipped", "unprepared")
scripts = st.builds(
    Script,
    goal=st.integers(0, 1),
    thing=st.integers(0, OBJECTS - 1),
    target=st.integers(0, PLACES - 1),
    found_at=st.integers(0, PLACES - 1),
    visits=st.lists(st.integers(0, PLACES - 1), max_size=4).map(tuple),
    mode=st.sampled_from(MODES),
)


MADE_UP = (
    *("b", "c", "q", "w", "zz", "ox", "ka", "jom", "pud", "tev", "blick", "dax", "fep", "gorp"),
    *("wugg", "snark", "florb", "quuxo", "tomax", "apple", "mug", "cabinet", "sinkbasin"),
    *("zorbatron", "яма", "ёж", "жило"),
)
assert WORDS.isdisjoint(MADE_UP)

WHOLE = (
    *("Tom's cup", "rock'n'roll", "jack-o-lantern", "Sanct. Ives", "FigTree", "LAMP", "snark"),
    *("crate", "tin crate", "old tin crate", "crate tin", "very big green copper kettle"),
)
"""Names of several words, within one another, with marks and capitals."""

made_up = st.permutations(MADE_UP).map(lambda words: tuple(words[: PLACES + OBJECTS + 1]))
numbers = st.permutations(range(1, 10)).map(tuple)
names = st.builds(Names, made_up, numbers)
whole = st.permutations(WHOLE).map(lambda words: tuple(words[: PLACES + OBJECTS + 1]))
wholes = st.builds(Names, whole, numbers)


def _goal(script: Script, thing: str, target: str) -> str:
    return (f"put a hot {thing} in {target}.", f"put some {thing} on {target}.")[script.goal]


def household(script: Script, called: Names) -> Episode:
    """Play a run with numbered things, as in a text game."""
    words, numbers = called
    places = [f"{words[at]} {numbers[at]}" for at in range(PLACES)]
    thing = f"{words[PLACES + script.thing]} {numbers[4]}"
    oven = f"{words[-1]} {numbers[5]}"
    home, target = places[script.found_at], places[script.target]

    def look(place: str) -> Step:
        shown = f"a {thing}" if place == home and script.mode != "unfound" else "nothing"
        return Step(action=f"go to {place}", observation=f"On the {place}, you see {shown}.")

    steps = [look(places[at]) for at in script.visits]
    steps += [Step(action=f"open {places[0]}", observation="Nothing happens.")]
    if script.mode in ("success", "skipped", "unprepared"):
        taken = Step(action=f"take {thing} from {home}", observation=f"You pick up the {thing}.")
        steps += [look(home), taken]
    heated = [
        Step(action=f"go to {oven}", observation=f"The {oven} is here."),
        Step(action=f"heat {thing} with {oven}", observation=f"You heat the {thing}."),
    ]
    final = Step(action=f"move {thing} to {target}", observation=f"You move the {thing}.")
    if script.mode == "success":
        steps += [*(heated if script.goal == 0 else []), look(target), final]
    if script.mode == "skipped":
        steps += [look(target), *([final] if script.goal == 0 else [])]
    if script.mode == "unprepared":
        steps += [final.model_copy(update={"observation": "Nothing happens."})] * 2
    return _episode(
        _goal(script, words[PLACES + script.thing], words[script.target]), steps, script
    )


def files(script: Script, called: Names) -> Episode:
    """Play a run with names that carry no number, as in a shell; some are paths."""
    words, numbers = called
    places = [*words[: PLACES - 1], f"/srv/v{numbers[0]}"]
    thing, home, target = (
        words[PLACES + script.thing],
        places[script.found_at],
        places[script.target],
    )
    possible = tuple(
        f"{verb} {name}" for verb in ("enter", "list") for name in (*places, words[PLACES])
    ) + tuple(
        f"copy {name} from {place}" for name in words[PLACES : PLACES + OBJECTS] for place in places
    )

    def enter(place: str) -> Step:
        shown = thing if place == home and script.mode != "unfound" else "nothing"
        return Step(
            action=f"enter {place}", observation=f"{place} holds {shown}", admissible=possible
        )

    steps = [enter(places[at]) for at in script.visits]
    if script.mode in ("success", "skipped", "unprepared"):
        steps += [
            enter(home),
            Step(action=f"copy {thing} from {home}", observation="copied", admissible=possible),
        ]
    if script.mode == "success":
        packed = Step(action=f"pack {thing} with {words[-1]}", observation="packed")
        steps += [*([packed] if script.goal == 0 else []), enter(target)]
        steps += [Step(action=f"paste {thing} to {target}", observation="pasted")]
    steps += [Step(action=f"list {home}", observation="listed", admissible=possible)]
    return _episode(_goal(script, thing, target), steps, script)


def calls(script: Script, called: Names) -> Episode:
    """Play a run of a tool-calling agent: ids and words are arguments."""
    words, numbers = called
    thing = f"X-{numbers[script.thing]}{numbers[6]}"
    city = words[script.target]

    def call(tool: str, answer: str, **arguments: str) -> Step:
        written = ", ".join(f'{key}="{value}"' for key, value in arguments.items())
        return Step(
            action=f"{tool}({written})", observation=answer, tool=tool, arguments=dict(arguments)
        )

    steps = [call("look_up", "no such parcel", city=words[at]) for at in script.visits]
    if script.mode != "unfound":
        steps += [call("look_up", f"parcel {thing} is here", city=city)]
    if script.mode in ("success", "skipped"):
        steps += [call("check_stock", "in stock", parcel=thing)]
    if script.mode in ("success", "unprepared"):
        steps += [call("ship", "done", parcel=thing, city=city)]
    if not steps:
        steps = [call("look_up", "no such parcel", city=city)]
    goal = ("ship parcel {} to {}.", "send parcel {} to {}.")[script.goal]
    return _episode(goal.format(thing, city), steps, script)


def shell(script: Script, called: Names) -> Episode:
    """Play a run whose commands have bare arguments side by side."""
    words = called.words
    thing, home, target = (
        words[PLACES + script.thing],
        words[script.found_at],
        words[script.target],
    )
    steps = [Step(action=f"enter {words[at]}", observation="") for at in script.visits]
    steps += [Step(action=f"mark {thing}", observation="marked")] * (script.mode == "success")
    steps += [Step(action=f"cp {thing} {target}", observation=script.mode)]
    steps += [Step(action=f"enter {home}", observation="")] * (script.mode == "overlooked")
    return _episode(_goal(script, thing, target), steps, script)


NEUTRAL = Names(MADE_UP[-9:-3], tuple(range(1, 10)))


def _goals_are_acted_on(episodes: Sequence[Episode]) -> bool:
    actions = {word for it in episodes for step in it.steps for word in words_of(step.action)}
    goals = {word for it in episodes for word in words_of(it.task.goal)}
    return goals & set(NEUTRAL.words) <= actions


def words_of(text: str) -> list[str]:
    """Split a text into its words."""
    return re.findall(r"\w+", text)


PAIRED = tuple(
    Script(0, thing, target, 0, (target,), mode)
    for mode in ("success", "skipped")
    for thing in range(OBJECTS)
    for target in range(PLACES)
)
"""Runs that show each thing of the shell beside each place: enough to tell them apart."""


def _episode(goal: str, steps: Sequence[Step], script: Script) -> Episode:
    success = script.mode == "success"
    return Episode(
        task=Task(goal=goal),
        steps=tuple(steps),
        outcome=Outcome(success=success, verifier_kind="environment"),
        ended_by="agent",
    )


def consolidated(episodes: Sequence[Episode]) -> Findings:
    """Consolidate without a memory before."""
    logged = [
        Logged(episode=it, outcomes=(it.outcome,) if it.outcome is not None else ())
        for it in episodes
    ]
    instruments = Instruments(LearntEntityFinder(), BuiltInDistiller())
    return distil(logged, known=(), lexicon=Lexicon(), instruments=instruments)


def structure_of(found: Findings) -> tuple[object, ...]:
    """Give all of the findings that may hold no name."""
    return (
        [(it.situation, it.mistake, it.advice, it.goal, it.skeleton) for it in found.lessons],
        [(it.goal, it.skeleton) for it in found.demonstrations],
    )


def abstract(found: Findings, called: Names) -> None:
    """Check that no lesson holds a digit or a name."""
    for lesson in found.lessons:
        text = f"{lesson.situation} {lesson.mistake} {lesson.advice} {lesson.goal}"
        assert not any(char.isdigit() for char in text)
        said = set(re.findall(r"\w+", re.sub(r"<[A-Z]+>", " ", text).casefold()))
        assert said.isdisjoint(re.findall(r"\w{2,}", " ".join(called.words).casefold()))


World = Callable[[Script, Names], Episode]


@settings(max_examples=40, deadline=None)
@given(
    world=st.sampled_from([household, files, calls]),
    played=st.lists(scripts, min_size=1, max_size=8),
    first=names,
    second=names,
)
def test_renaming_leaves_structure_as_it_is(
    world: World, played: list[Script], first: Names, second: Names
) -> None:
    """However things are called, lessons are byte-identical, and skeletons and goals the same."""
    one = consolidated([world(script, first) for script in played])
    other = consolidated([world(script, second) for script in played])

    assert structure_of(one) == structure_of(other)
    abstract(one, first)
    abstract(other, second)


@settings(max_examples=40, deadline=None)
@given(
    world=st.sampled_from([household, calls]),
    played=st.lists(scripts, min_size=1, max_size=8),
    first=names,
    second=wholes,
)
def test_names_of_any_form_are_names(
    world: World, played: list[Script], first: Names, second: Names
) -> None:
    """Names of several words, within one another or with marks in them are as good as others.

    So it is of names that stand in actions; of others, a goal's slot takes up to three words.
    """
    assume(_goals_are_acted_on([world(script, NEUTRAL) for script in played]))

    one = consolidated([world(script, first) for script in played])
    other = consolidated([world(script, second) for script in played])

    assert structure_of(one) == structure_of(other)
    abstract(other, second)


@settings(max_examples=40, deadline=None)
@given(played=st.lists(scripts, max_size=4), first=names, second=names)
def test_neighbouring_names_are_told_apart(
    played: list[Script], first: Names, second: Names
) -> None:
    """Of `cp report backup` each name has its slot, once each was seen beside all others."""
    one = consolidated([shell(script, first) for script in (*PAIRED, *played)])
    other = consolidated([shell(script, second) for script in (*PAIRED, *played)])

    assert structure_of(one) == structure_of(other)
    abstract(one, first)
    assert {it.skeleton[-1] for it in one.demonstrations} == {"cp <A> <B>"}


@settings(max_examples=15, deadline=None)
@given(first=names, second=names)
def test_renaming_one_run_among_others_leaves_its_lesson(first: Names, second: Names) -> None:
    """A run that uses other names than the rest teaches the same lesson."""
    successes = [Script(0, at, 0, 1 + at, (2 - at,), "success") for at in range(OBJECTS)]
    known = [household(success, first) for success in successes]
    failure = Script(0, 0, 0, 1, (2,), "skipped")

    one = consolidated([*known, household(failure, first)])
    other = consolidated([*known, household(failure, second)])

    assert structure_of(one) == structure_of(other)
    assert [lesson.mistake.split(";")[0] for lesson in one.lessons] == ['The run never did "heat"']


def test_every_world_teaches() -> None:
    """The property isn't empty: in each world, runs of these kinds give lessons."""
    called = Names(tuple(MADE_UP[-6:]), tuple(range(1, 10)))
    played = [
        Script(0, thing, place, (place + 1) % PLACES, (place,), mode)
        for mode in MODES
        for thing in range(OBJECTS)
        for place in range(PLACES)
    ]

    taught = [
        len(set(consolidated([world(script, called) for script in played]).lessons))
        for world in (household, files, calls)
    ]

    assert all(taught)
