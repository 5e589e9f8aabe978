"""Guards are mined by contrast, follow a run, and give way to successes."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from skillmem.config import ConsolidationConfig, GuardConfig
from skillmem.consolidation.guards.canonical import Canonical, canonical
from skillmem.consolidation.guards.checking import check
from skillmem.consolidation.guards.conduct import conduct, followed
from skillmem.consolidation.guards.following import Sentry, reach
from skillmem.consolidation.guards.mining import Mined, alarms, mine
from skillmem.consolidation.guards.upkeep import is_due, lesson_of, recheck, renew
from skillmem.structure import LearntEntityFinder, Reader, reader
from skillmem.types import Episode, Guard, Lesson, Lexicon, Outcome, Step, Task, Violation

EASY = GuardConfig(support=3, breaches=3, precision=0.7)
THINGS = ("apple", "mug", "pan", "egg", "fork", "bowl")
WON = Outcome(success=True, verifier_kind="environment")
LOST = Outcome(success=False, verifier_kind="environment")
PLACES = ("desk", "shelf", "bed", "sofa")


def run(name: str, plan: Sequence[str], *, won: bool, thing: str = "apple") -> Episode:
    """Put a clean thing away in the fridge, or fail to; in a plan `X` stands for the thing."""
    steps = tuple(
        Step(action=action.replace("X", f"{thing} 1"), observation=f"Done {number}.")
        for number, action in enumerate(plan)
    )
    return Episode(
        id=name,
        task=Task(goal=f"put a clean {thing} in fridge."),
        steps=steps,
        outcome=WON if won else LOST,
    )


TAKE, CLEAN, PUT = "take X from desk 1", "clean X with sink 1", "move X to fridge 1"
GO = ("go to desk 1", "go to sink 1", "go to fridge 1")
GOOD = (GO[0], TAKE, GO[1], CLEAN, GO[2], PUT)
HASTY = (GO[0], TAKE, GO[2], PUT, GO[1])


def several(plan: Sequence[str], count: int, *, won: bool, word: str) -> list[Episode]:
    """Repeat a run with things of other kinds."""
    return [
        run(f"{word} {number}", plan, won=won, thing=THINGS[number % len(THINGS)])
        for number in range(count)
    ]


def reading(episodes: Sequence[Episode]) -> Reader:
    """Read by the words that episodes show."""
    finder = LearntEntityFinder()
    return reader(finder, finder.learn(episodes, Lexicon()))


def mined(episodes: Sequence[Episode], config: GuardConfig = EASY) -> tuple[Mined, ...]:
    """Mine what judged episodes teach."""
    read = reading(episodes)
    won = {it.id: it.outcome is not None and it.outcome.success for it in episodes}
    return mine([conduct(it, read, success=won[it.id]) for it in episodes], config)


def lesson(guard: Guard, *, goal: str = "", episodes: Sequence[str] = ("f",)) -> Lesson:
    """Make a lesson of a guard."""
    made = lesson_of(Mined(guard, goal, tuple(episodes)), trusted=dict.fromkeys(episodes, 1.0))
    assert made is not None
    return made


def checked(
    guard: Guard, action: str, *, before: Sequence[str] = (), goal: str = ""
) -> tuple[Violation, ...]:
    """Check an action in a kitchen by one guard."""
    base = several(GOOD, 6, won=True, word="s")
    task = run("t", before, won=False)
    return check(
        Step(action=action, observation=""),
        goal=task.task.goal,
        steps=task.steps,
        items=[lesson(guard, goal=goal)],
        read=reading(base),
    )


ACTIONS = st.text(st.sampled_from("ab 1{}:<>*\"'()=,XA"), min_size=1, max_size=24).map(str.strip)


@given(ACTIONS, st.lists(st.sampled_from(["<A>", "<B>", "<*>"]), max_size=3))
def test_a_canonical_action_reads_back(words: str, roles: list[str]) -> None:
    """What `text` writes, `canonical` reads, whatever stands between the slots."""
    plain = words.replace("<", "").replace(">", "").replace("{", "").replace("}", "")
    pattern = " ".join([f"{{{number}}}" for number in range(len(roles))] + [plain])
    action = Canonical(pattern, tuple(roles))

    assert canonical(action.text) == action


def test_a_hole_in_an_action_is_no_argument() -> None:
    """Braces that a command holds come through reading and writing as they are."""
    action = Canonical("echo {:0} {0}", ("<A>",))

    assert action.text == "echo {0} <A>"
    assert canonical(action.text) == action


def test_what_successes_always_did_first_becomes_a_guard() -> None:
    """Failures put things away before cleaning them, successes never: `after`, by goal."""
    episodes = several(GOOD, 12, won=True, word="s") + several(HASTY, 9, won=False, word="f")

    found = mined(episodes)

    best = found[0]
    assert (best.guard.pattern, best.guard.action, best.guard.other) == (
        "after",
        "move <A> to <B>",
        "clean <A> with <*>",
    )
    assert best.goal == "put a clean <A> in <B>."
    assert set(best.episode_ids) == {f"f {number}" for number in range(9)}
    assert best.guard.support == 12
    assert len(best.guard.reached) == 9


def test_what_only_failures_do_is_never_to_be_done() -> None:
    """An action that no success did, and enough failures, is forbidden."""
    episodes = several(GOOD, 12, won=True, word="s")
    episodes += several((*GOOD[:3], "smash X"), 9, won=False, word="f")

    found = mined(episodes)

    assert ("never", "smash <A>") in [(it.guard.pattern, it.guard.action) for it in found]


def test_renaming_leaves_guards_as_they_are() -> None:
    """Whatever things are called, the same guards are mined, in the same words."""

    def guards(called: Sequence[str]) -> list[tuple[str, str, str | None, str]]:
        anew = {name: called[number] for number, name in enumerate((*THINGS, "fridge", "desk"))}
        episodes = several(GOOD, 12, won=True, word="s") + several(HASTY, 9, won=False, word="f")
        texts = [episode.model_dump_json() for episode in episodes]
        pattern = re.compile(rf"\b({'|'.join(anew)})\b")
        renamed = [pattern.sub(lambda found: anew[found[0]], text) for text in texts]
        found = mined([Episode.model_validate_json(text) for text in renamed])
        return [(it.guard.pattern, it.guard.action, it.guard.other, it.goal) for it in found]

    own = guards((*THINGS, "fridge", "desk"))

    assert own
    assert guards(("zorb", "bli", "quo", "fep", "wugg", "jom", "tev", "dax")) == own


def test_a_guard_tells_of_each_episode_or_of_none() -> None:
    """A lesson whose guard counts for other episodes than its own is refused."""
    short = NEVER.model_copy(update={"reached": (1, 2)})

    with pytest.raises(ValidationError, match="of 1 episodes, not of 2"):
        Lesson(
            id="x",
            namespace=(),
            episode_ids=("f",),
            version=0,
            situation="s",
            mistake="m",
            advice="a",
            guard=short,
        )


def test_one_failure_justifies_nothing() -> None:
    """What a single failure did is no guard, however many successes did without it."""
    episodes = several(GOOD, 200, won=True, word="s") + several(HASTY, 1, won=False, word="f")
    loose = GuardConfig(support=1, breaches=2, precision=0.0)

    assert mined(episodes, loose) == ()


def test_a_success_that_does_it_too_leaves_no_such_guard() -> None:
    """What one success did is forbidden by no guard."""
    recovered = (*HASTY, "take X from fridge 1", GO[1], CLEAN, GO[2], PUT)
    episodes = several(GOOD, 12, won=True, word="s") + several(HASTY, 9, won=False, word="f")
    episodes += [run("late", recovered, won=True)]
    read = reading(episodes)

    for it in mined(episodes):
        for episode in episodes:
            if episode.outcome == WON:
                reached = reach(it.guard, followed(episode, read), goal=it.goal)
                assert reached <= (it.guard.limit or 0)


def test_too_few_successes_make_no_guard() -> None:
    """Below the least support nothing is concluded."""
    episodes = several(GOOD, 2, won=True, word="s") + several(HASTY, 9, won=False, word="f")

    assert mined(episodes) == ()


def test_repeating_one_thing_is_counted_by_thing() -> None:
    """A call that fails by being repeated on one thing may be done to many."""
    once = [f"open {place} 1" for place in PLACES]
    episodes = several(once, 12, won=True, word="s")
    episodes += several([once[0]] * 4, 9, won=False, word="f")

    found = mined(episodes)

    assert [(it.guard.action, it.guard.limit) for it in found] == [("open <A>", 1)]


def test_the_estimate_falls_off_above_what_was_seen() -> None:
    """A limit at the most that was seen costs about one alarm, a higher one less."""
    counts = [1, 1, 2, 2, 3, 3, 4, 5, 6, 9]

    assert alarms(9, counts) == 1.0
    assert 0.0 < alarms(12, counts) < alarms(10, counts) < 1.0


NEVER = Guard(pattern="never", action="smash <*>")
AFTER = Guard(pattern="after", action="move <A> to <*>", other="clean <A> with <*>")
TWICE = Guard(pattern="at_most", action="go to <A>", limit=2)
UNTIL = Guard(pattern="at_most", action="go to <*>", other="take <A> from <*>", limit=2)


@pytest.mark.parametrize(
    ("guard", "action", "before", "breaks"),
    [
        (NEVER, "smash apple 1", (), True),
        (NEVER, "take apple 1 from desk 1", (), False),
        (AFTER, "move apple 1 to fridge 1", (), True),
        (AFTER, "move apple 1 to fridge 1", (CLEAN,), False),
        (AFTER, "move mug 1 to fridge 1", (CLEAN,), True),
        (TWICE, "go to desk 1", ("go to desk 1",), False),
        (TWICE, "go to desk 1", ("go to desk 1", "go to desk 1"), True),
        (TWICE, "go to sink 1", ("go to desk 1", "go to desk 1"), False),
    ],
)
def test_a_check_follows_the_run(
    guard: Guard, action: str, before: Sequence[str], *, breaks: bool
) -> None:
    """`never`, `after` and `at_most` hold for one and the same thing wherever a slot stands."""
    assert bool(checked(guard, action, before=before)) == breaks


@pytest.mark.parametrize(("taken", "breaks"), [(False, True), (True, False)])
def test_a_count_ends_with_what_it_waits_for(*, taken: bool, breaks: bool) -> None:
    """`at_most` until another act no longer counts once that was done."""
    before = ["go to desk 1", "go to sink 1", *([TAKE] if taken else [])]
    goal = "put a clean <A> in <B>."

    assert bool(checked(UNTIL, "go to bed 1", before=before, goal=goal)) == breaks


def test_a_refused_act_does_not_release() -> None:
    """What a guard waits for must have had an effect."""
    base = several(GOOD, 6, won=True, word="s")
    refused = Step(action="clean apple 1 with sink 1", observation="No.", error="not here")
    put = Step(action="move apple 1 to fridge 1", observation="")

    violations = check(put, goal="", steps=[refused], items=[lesson(AFTER)], read=reading(base))

    assert [it.lesson.guard for it in violations] == [AFTER]
    assert "before 'clean <A> with <*>' was done" in violations[0].message


def test_a_guard_is_about_its_own_goal() -> None:
    """The guard of another kind of task says nothing."""
    goal = "look at <A> under the <B>."

    assert checked(NEVER, "smash apple 1", goal=goal) == ()
    assert checked(NEVER, "smash apple 1", goal="put a clean <A> in <B>.") != ()


def test_a_success_narrows_a_guard() -> None:
    """What a success did is allowed from then on; the failures beyond it still speak."""
    base = several(GOOD, 6, won=True, word="s")
    guard = UNTIL.model_copy(update={"limit": 1, "other": None, "reached": (2, 5, 5, 5)})
    known = lesson(guard, episodes=("a", "b", "c", "d"))
    read = reading(base)

    found = recheck([known], [followed(base[0], read)], read, EASY)

    (kept,) = found.lessons
    assert kept.guard is not None
    assert (kept.guard.limit, kept.guard.reached) == (3, (5, 5, 5))
    assert kept.episode_ids == ("b", "c", "d")
    (shown,) = found.contradictions
    assert (shown.lesson, shown.against, shown.narrowed) == (known, ("s 0",), kept)


def test_a_guard_with_too_little_left_is_retired() -> None:
    """A success that did what most failures did leaves nothing of the guard."""
    base = several(GOOD, 6, won=True, word="s")
    known = lesson(
        Guard(pattern="never", action="go to <*>", reached=(1, 1, 9)), episodes=("a", "b", "c")
    )
    read = reading(base)

    found = recheck([known], [followed(base[0], read)], read, EASY)

    assert found.lessons == ()
    assert found.contradictions[0].narrowed is None


def test_demonstrations_have_a_say() -> None:
    """A guard that forbids what a shown demonstration does gives way as well."""
    episodes = several(GOOD, 12, won=True, word="s") + several(HASTY, 9, won=False, word="f")
    read = reading(episodes)
    judged = [(it, it.outcome) for it in episodes if it.outcome is not None]
    config = ConsolidationConfig(guards=EASY)

    def upheld(*shown: Episode) -> list[str]:
        from skillmem.types import Demonstration

        made = [
            Demonstration(
                id="d", namespace=(), episode_ids=(it.id,), version=0, task=it.task, steps=it.steps
            )
            for it in shown
        ]
        found = renew(made, lambda: judged, read=read, config=config)
        return [it.guard.pattern for it in found.lessons if it.guard is not None]

    assert "after" in upheld()
    assert "after" not in upheld(run("d", HASTY, won=True))


def test_texts_hold_no_digit() -> None:
    """A guard whose actions can't be told without a digit becomes no lesson."""
    guard = Guard(pattern="never", action="search_v2 <*>")

    assert lesson_of(Mined(guard, "", ("a",)), trusted={"a": 1.0}) is None


def test_mining_comes_due_whenever_the_episodes_double() -> None:
    """However they come in, few times; in batches of one it is at 25, 50, 100 and so on."""
    assert [n for n in range(1, 500) if is_due(n - 1, n)] == [25, 50, 100, 200, 400]
    assert is_due(0, 1000)
    assert not is_due(401, 799)


def test_a_sentry_counts_what_is_tried() -> None:
    """An attempt counts whether or not it had an effect."""
    base = several(GOOD, 6, won=True, word="s")
    read = reading(base)
    following = Sentry(TWICE)
    refused = run("r", ["go to desk 1"] * 3, won=False)
    breaks = []
    for act in followed(refused, read).acts:
        breaks.append(following.breaks(act._replace(effective=False)))
        following.take(act._replace(effective=False))

    assert breaks == [False, False, True]
