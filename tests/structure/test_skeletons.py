"""Templates, skeletons and signatures."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from skillmem.actions import action_text
from skillmem.structure import (
    LearntEntityFinder,
    reader,
    reclassified,
    signature,
    skeleton,
)
from skillmem.structure.templates import READ_CHARACTERS, READ_VALUES
from skillmem.types import Episode, Lexicon, Outcome, Step, Task

FINDER = LearntEntityFinder()
LEXICON = Lexicon(
    entities=("apple", "mug", "fridge", "shelf", "oven", "lamp"),
    operations=("go", "to", "open", "take", "from", "heat", "with", "move", "use"),
)


def steps(*actions: str) -> tuple[Step, ...]:
    """Make steps whose answers don't matter."""
    return tuple(Step(action=action, observation="") for action in actions)


def written(*actions: str, goal: str = "put a hot apple in fridge.") -> tuple[str, ...]:
    """Write the skeleton of these actions."""
    return skeleton(steps(*actions), finder=FINDER, lexicon=LEXICON, goal=goal)


def test_a_template_keeps_the_operations() -> None:
    """Arguments become slots in order; what they were is kept beside."""
    (step,) = steps("move apple 3 to fridge 1")
    template = reader(FINDER, LEXICON).template(step)

    assert template.text == "move <A> to <B>"
    assert [it.kind for it in template.arguments] == ["apple", "fridge"]
    assert [it.thing for it in template.arguments] == ["apple 3", "fridge 1"]


def test_a_call_is_masked_by_its_arguments() -> None:
    """A call is written in one way, whatever its words; its values are masked, never its keys."""
    step = Step(action="look_up(k='k')", observation="", tool="look_up", arguments={"k": "k"})

    assert reader(FINDER, LEXICON).template(step).pattern == 'look_up(k="{0}")'


def call(tool: str, **arguments: JsonValue) -> Step:
    """Make a call without words of its own."""
    return Step(action="", observation="", tool=tool, arguments=arguments)


@pytest.mark.parametrize("value", ["A 7", 'say "hi"', "rock'n'roll", "two\nlines", "{0} <B>"])
def test_a_value_never_changes_how_a_call_is_written(value: str) -> None:
    """Quoting depends on the type alone, so that calls of one kind have one template."""
    read = reader(FINDER, LEXICON)
    template = read.template(call("refund", order=value, amount=12, items=[value]))

    assert template.text == 'refund(order="<A>", amount=<B>, items=["<A>"])'
    assert template.verb == "refund"


def test_a_call_reads_as_it_is_shown() -> None:
    """With its values in its slots, a template is the action as it is rendered."""
    step = call("refund", order="A-17", amount=12, note=None, nested={"why": ["late", True]})
    template = reader(FINDER, LEXICON).template(step)

    assert template.fill([it.thing for it in template.arguments]) == action_text(step).replace(
        "A-17", "a-17"
    )


def known_calls(*runs: tuple[Step, ...]) -> Lexicon:
    """Learn from successes that made these calls."""
    won = Outcome(success=True, verifier_kind="tests")
    episodes = [Episode(task=Task(goal="refund"), steps=run, outcome=won) for run in runs]
    return FINDER.learn(episodes, Lexicon())


def test_the_order_of_arguments_makes_no_other_call() -> None:
    """A call is the same however its arguments are written."""
    read = reader(FINDER, known_calls((call("pay", order="A-17", amount=12),)))

    one = read.template(call("pay", order="B-2", amount=7))
    other = read.template(call("pay", amount=7, order="B-2"))

    assert one == other


def test_what_some_calls_do_without_makes_no_other_call() -> None:
    """An argument that only some calls of successes had is left out of all of them."""
    plain, approved = call("pay", order="A-1"), call("pay", order="A-2", approval="P-9")
    read = reader(FINDER, known_calls((plain,), (approved,)))

    assert read.template(plain).text == read.template(approved).text == 'pay(order="<A>")'
    assert reclassified(known_calls((approved,)), known_calls((approved,), (plain,)))


def test_calls_that_share_no_argument_stay_apart() -> None:
    """Two ways of calling a tool are two operations."""
    by_id, by_name = call("find", id=7), call("find", name="Tom")
    read = reader(FINDER, known_calls((by_id,), (by_name,)))

    assert read.template(by_id).text != read.template(by_name).text


def test_names_of_several_words_are_read_whole() -> None:
    """A name of five words, or with marks in it, is one argument; so are two known ones."""
    known = Lexicon(
        entities=("very big green copper kettle", "rome italy", "report", "backup"),
        operations=("take", "fly", "to", "cp"),
    )
    read = reader(FINDER, known)
    texts = {
        action: read.template(Step(action=action, observation="")).text
        for action in (
            "take very big green copper kettle 3",
            "fly to Rome, Italy",
            "cp report backup",
        )
    }

    assert [*texts.values()] == ["take <A>", "fly to <A>", "cp <A> <B>"]


def test_a_name_within_another_is_another_thing() -> None:
    """A `book shelf` is no `shelf` where both are names; a `red apple` may be the `apple`."""
    known = Lexicon(
        entities=("book shelf", "shelf", "red apple"),
        operations=("go", "to", "take", "put"),
        goals=("put <A> in <B>",),
    )
    run = steps("go to book shelf 1", "take red apple 2", "go to shelf 3")

    written = skeleton(run, finder=FINDER, lexicon=known, goal="put apple in shelf")

    assert written == ("go to <C>", "take <A>", "go to <B>")


def test_things_of_the_goal_keep_its_slots() -> None:
    """One thing has one slot throughout; the goal's come first, repetitions collapse."""
    assert written(
        *("go to shelf 1", "go to shelf 2", "take apple 1 from shelf 2", "go to oven 1"),
        *("heat apple 1 with oven 1", "go to fridge 1", "move apple 1 to fridge 1"),
    ) == (
        *("go to <C>", "take <A> from <C>", "go to <D>"),
        *("heat <A> with <D>", "go to <B>", "move <A> to <B>"),
    )


def test_exploring_does_not_change_the_signature() -> None:
    """Two runs of one kind of task that searched differently have one signature."""
    short = written("go to shelf 1", "take apple 1 from shelf 1", "move apple 1 to fridge 1")
    long = written(
        *("go to oven 1", "open oven 1", "go to shelf 2", "go to fridge 1", "open fridge 1"),
        *("take apple 2 from fridge 1", "go to fridge 1", "move apple 2 to fridge 1"),
    )

    assert signature(short) == signature(long) == ("take <A> from <B>", "move <A> to <B>")


def test_doing_it_again_changes_the_signature() -> None:
    """A task that needs an operation twice is of another kind."""
    once = ("take apple 1 from shelf 1", "move apple 1 to fridge 1")
    again = ("take apple 2 from shelf 2", "move apple 2 to fridge 1")

    assert signature(written(*once)) != signature(written(*once, *again))


def test_the_last_action_counts_even_on_a_single_thing() -> None:
    """`use <B>` at the end is what the run was for."""
    run = written(
        *("go to shelf 1", "take mug 1 from shelf 1", "go to oven 1", "use lamp 1"),
        goal="look at mug under the lamp.",
    )

    assert signature(run) == ("take <A> from <B>", "use <A>")
    assert signature(()) == ()


def test_what_looks_like_a_hole_is_kept() -> None:
    """Literal braces around a number are no holes, in a command's words and in a call's keys."""
    (said,) = steps("{0} apple 1 {2}")
    call = Step(action="", tool="{1}", arguments={"{0}": {"{:0}": "apple"}}, observation="")

    assert reader(FINDER, LEXICON).template(said).fill(["<A>", "<B>"]) == "{0} <A> {<B>}"
    assert reader(FINDER, LEXICON).template(call).text == '{1}({0}={"{:0}": "<A>"})'


def test_a_name_that_looks_like_a_hole_is_not_filled() -> None:
    """What fills one hole is never read as another."""
    (step,) = steps("move apple 3 to fridge 1")

    assert reader(FINDER, LEXICON).template(step).fill(["{1}", "<A>"]) == "move {1} to <A>"


def test_of_a_huge_action_the_head_is_read() -> None:
    """Megabytes of words, of one value or of many make a template of bounded length."""
    (said,) = steps("take " + "apple 1 " * 200_000)
    read = reader(FINDER, LEXICON)
    (value, many) = (
        Step(action="", tool="use", arguments={"on": given}, observation="")
        for given in ("wug " * 500_000, [f"v{place}" for place in range(20_000)])
    )

    for step in (said, value, many):
        template = read.template(step)
        assert len(template.text) <= READ_CHARACTERS
        assert all(len(it.thing) <= READ_CHARACTERS for it in template.arguments)
    assert len(read.template(many).arguments) < READ_VALUES
