"""What figures say, in sentences: the same in the report, in the terminal and in the docs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from skillmem.evals.charts import signed
from skillmem.evals.plan import FLOOR, UNLIMITED
from skillmem.evals.results import ArmResult, Difference, RunInfo

OURS = "asymmetric"
NONE = "none"
REFERENCES = (NONE, "placebo")
MOST = 0.5
WORTH_TELLING = 0.1
"""Ten points: the difference for which it is said how many pairs would tell it."""
MEANINGS = {
    FLOOR: "no memory, and another policy in the agent's place",
    NONE: "no memory at all",
    "placebo": "as many tokens of memory, but another task's",
    "random": "items of the memory drawn at random",
    "fixed": "classic few-shot: the first build's shortest success of each type, whatever the task",
    "oracle": "the memory's items of the right type, known by label",
    "raw": "successes concrete, failures concrete",
    "abstract": "successes abstract, failures abstract",
    OURS: "successes concrete, failures abstract: what skillmem does",
    "reversed": "successes abstract, failures concrete",
    "demonstrations": "the memory's demonstrations alone",
    "lessons": "the memory's lessons alone",
}


def progress(run: RunInfo) -> str:
    """Say how much of a run that was cut off is in its figures; nothing of a complete one."""
    if run.rounds == run.planned:
        return ""
    return (
        f"Cut off: {run.rounds} of {run.planned} rounds were played by every arm, and the figures "
        "are of these; the same command goes on."
    )


def unjudged(arms: Sequence[ArmResult]) -> tuple[str, ...]:
    """Name the arms of which episodes were not judged."""
    return tuple(
        f"{result.not_judged} of {result.n + result.not_judged} episodes of {result.arm} were not "
        "judged: they count neither as won nor as lost."
        for result in arms
        if result.not_judged
    )


def telling(arms: Sequence[ArmResult]) -> tuple[str, ...]:
    """Say what the intervals around our own arm's differences can tell, and what they can't."""
    ours = next((result for result in arms if result.arm == OURS), None)
    return tuple(_telling(ours)) if ours is not None else ()


def _telling(ours: ArmResult) -> Iterator[str]:
    for arm, found in ours.versus.items():
        low, high = found.ci95
        reach = (high - low) / 2
        if low <= 0.0 <= high:
            needed = ceil(found.pairs * (reach / WORTH_TELLING) ** 2)
            more = f"; some {needed} pairs would tell ten points" if needed > found.pairs else ""
            yield (
                f"{OURS} and {arm} are not told apart: {points(found)} points over "
                f"{found.pairs} pairs{more}."
            )
        else:
            better, worse = (OURS, arm) if low > 0.0 else (arm, OURS)
            yield f"{better} is above {worse}: {points(found)} points over {found.pairs} pairs."


def training(run: RunInfo) -> str:
    """Say where the builds' training games came from, and whether builds share any."""
    if run.mode == "online":
        return f"{run.builds} orders of the tasks, each from an empty memory"
    source = "drawn anew for each"
    if run.train_source == "official":
        source = "picked for each from the official ones"
    if not run.shared_games_mean:
        return f"{run.plan.train} training games per build, {source}"
    return (
        f"{run.plan.train} training games per build, {source}; two builds share "
        f"{run.shared_games_mean:.1f} of them on average"
    )


def best_arm(arms: Sequence[ArmResult]) -> str:
    """Say which of one budget's arms won most, and whether that is told from ours.

    Nothing where our own arm or every other was not played.
    """
    ours = next((result for result in arms if result.arm == OURS), None)
    others = [result for result in arms if result.arm != OURS]
    if ours is None or not others:
        return ""
    best = max(others, key=lambda result: result.success_rate)
    if best.success_rate < ours.success_rate:
        lead = f"The best arm is {OURS} itself; next comes {best.arm}"
    elif best.success_rate == ours.success_rate:
        lead = f"No arm won more than {OURS}; {best.arm} won as many"
    else:
        lead = f"The best arm is {best.arm}"
    found = ours.versus[best.arm]
    low, high = found.ci95
    verdict = "does not tell" if low <= 0.0 <= high else "tells"
    return (
        f"{lead}, with {percent(best.success_rate)} %. {OURS.capitalize()} minus "
        f"{best.arm} is {points(found)} points: the interval {verdict} the two apart."
    )


def gaps(arms: Sequence[ArmResult]) -> tuple[str, ...]:
    """Name the arms that had nothing to show in most of their episodes."""
    return tuple(
        f"{result.arm} had nothing to show in {percent(result.nothing_shown)} % of its episodes."
        for result in arms
        if result.arm not in (NONE, FLOOR) and result.nothing_shown > MOST
    )


def percent(share: float) -> str:
    """Write a share as a whole percentage."""
    return f"{100 * share:.0f}"


def points(difference: Difference) -> str:
    """Write a difference with its interval, in points."""
    low, high = difference.ci95
    return f"{signed(difference.difference)} [{signed(low)}, {signed(high)}]"


def budget_name(budget: int | None) -> str:
    """Write a budget in words."""
    return UNLIMITED if budget is None else f"{budget} tokens"
