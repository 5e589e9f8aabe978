"""What figures say, in sentences: the same in the report, in the terminal and in the docs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from skillmem.evals.charts import signed
from skillmem.evals.plan import FLOOR, RETRIES, UNLIMITED
from skillmem.evals.results import ArmResult, Difference, LabelResult, RunInfo

OURS = "asymmetric"
NONE = "none"
PLAIN = "retry_plain"
REFERENCES = (NONE, "placebo")
MOST = 0.5
MOST_UNJUDGED = 0.1
REASONS = 3
NOT_KNOWN = "—"
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
    "retry": "asymmetric, and lost tasks again, with a critique of the last attempt",
    PLAIN: "asymmetric, and lost tasks again, told nothing of the last attempt",
    "retry_inverted": "asymmetric, and lost tasks again, with the critique turned around",
}


def progress(run: RunInfo, *, kept_alone: bool = False) -> str:
    """Say how much of a run that was cut off is in its figures; nothing of a complete one.

    `kept_alone`: only its results are there, so that no command can go on with it.
    """
    if run.rounds == run.planned:
        return ""
    return (
        f"Cut off: {run.rounds} of {run.planned} rounds were played by every arm, and the figures "
        f"are of these{'' if kept_alone else '; the same command goes on'}."
    )


def scope(run: RunInfo, arms: Sequence[ArmResult]) -> str:
    """Say how much was to be played and, of a run that was cut off, how much was."""
    ways = "order" if run.mode == "online" else "build"
    counts = ((run.tasks, "task"), (run.builds, ways), (run.seeds, "seed"))
    planned = " × ".join(f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts)
    alone = f"; one {ways} tells nothing of how others would differ" if run.builds == 1 else ""
    if run.rounds == run.planned or not arms:
        return f"{planned} per arm{alone}"
    done, total = arms[0].n + arms[0].not_judged, run.tasks * run.builds * run.seeds
    return f"planned {planned} per arm, played so far {done} of these {total} episodes{alone}"


def unjudged(arms: Sequence[ArmResult]) -> tuple[str, ...]:
    """Name the arms of which episodes were not judged, and say most frequently why."""
    return tuple(
        f"{result.not_judged} of {result.n + result.not_judged} episodes of {result.arm} were not "
        f"judged, and count neither as won nor as lost{_why(result)}."
        for result in arms
        if result.not_judged
    )


def _why(result: ArmResult) -> str:
    """Count the most frequent reasons."""
    told = [
        f"{found.count} × {found.reason}" + (f", such as: {found.example}" if found.example else "")
        for found in result.why_not_judged[:REASONS]
    ]
    return f": {'; '.join(told)}" if told else ""


def telling(arms: Sequence[ArmResult]) -> tuple[str, ...]:
    """Say what the intervals around our own arm's differences can tell, and what they can't."""
    ours = next((result for result in arms if result.arm == OURS), None)
    return tuple(_telling(ours)) if ours is not None else ()


def _telling(ours: ArmResult) -> Iterator[str]:
    for arm, found in ours.versus.items():
        if not found.known:
            yield f"{OURS} and {arm} have no pair of judged episodes: nothing can be told."
            continue
        low, high = found.ci95
        if low <= 0.0 <= high:
            yield (
                f"{OURS} and {arm} are not told apart: {points(found)} points over "
                f"{_pairs(found)}{_needed(found)}."
            )
        else:
            better, worse = (OURS, arm) if low > 0.0 else (arm, OURS)
            yield f"{better} is above {worse}: {points(found)} points over {_pairs(found)}."


def _pairs(found: Difference) -> str:
    return f"{found.pairs} pair{'' if found.pairs == 1 else 's'}"


def _needed(found: Difference) -> str:
    """Say how many pairs would tell ten points, where there is a variance to say it by."""
    if found.few_differ is None:
        return ""
    if found.few_differ:
        return "; those that differ lie in too few builds or tasks to say how many would tell"
    low, high = found.ci95
    needed = ceil(found.pairs * ((high - low) / 2 / WORTH_TELLING) ** 2)
    return f"; some {needed} pairs would tell ten points" if needed > found.pairs else ""


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


def attempts(arms: Sequence[ArmResult], tries: int) -> Iterator[str]:
    """Say of arms that try again how often they did, and how they compare with each other."""
    for result in (it for it in arms if it.arm in RETRIES):
        yield (
            f"{result.arm} had up to {tries} attempts at a task, where other arms have one: "
            f"{result.attempts_mean:.2f} on average, {result.critiqued_mean:.2f} of them told of "
            "the one before; its steps and tokens are of all of them."
        )
    for result in (it for it in arms if it.arm in RETRIES and PLAIN in it.versus):
        found = result.versus[PLAIN]
        yield f"{result.arm} minus {PLAIN}: {points(found)} points over {_pairs(found)}."


def best_arm(arms: Sequence[ArmResult]) -> str:
    """Say which of one budget's arms won most, and whether that is told from ours.

    Those that try again are left out, as they have more attempts.
    Nothing where of our own arm or of every other no episode was played and judged. Where many
    episodes of an arm were not, shares are of different episodes, and no arm is named.
    """
    ours = next((result for result in arms if result.arm == OURS and result.n), None)
    others = [it for it in arms if it.arm not in (OURS, *RETRIES) and it.n]
    if ours is None or not others:
        return ""
    if any(result.not_judged > MOST_UNJUDGED * (result.n + result.not_judged) for result in arms):
        return (
            "Too many episodes were not judged to name a best arm: the shares are of different "
            "episodes, and only the differences are of the same."
        )
    best = max(others, key=lambda result: result.success_rate)
    if best.success_rate < ours.success_rate:
        lead = f"The best arm is {OURS} itself; next comes {best.arm}"
    elif best.success_rate == ours.success_rate:
        lead = f"No arm won more than {OURS}; {best.arm} won as many"
    else:
        lead = f"The best arm is {best.arm}"
    return f"{lead}, with {percent(best.success_rate)} %. {_verdict(ours, best.arm)}"


def _verdict(ours: ArmResult, other: str) -> str:
    found = ours.versus[other]
    if not found.known:
        return f"{OURS.capitalize()} and {other} have no pair of judged episodes."
    low, high = found.ci95
    verdict = "does not tell" if low <= 0.0 <= high else "tells"
    return (
        f"{OURS.capitalize()} minus {other} is {points(found)} points: the interval {verdict} "
        "the two apart."
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


def duration(seconds: float) -> str:
    """Write how long something takes, roughly."""
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s" if rest else "less than a second"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def won(result: ArmResult | LabelResult) -> str:
    """Write the share of episodes won; a dash where none was judged."""
    return percent(result.success_rate) if result.n else NOT_KNOWN


def won_interval(result: ArmResult) -> str:
    """Write the interval around it."""
    low, high = result.ci95
    return f"{percent(low)}–{percent(high)}" if result.n else NOT_KNOWN


def points(difference: Difference) -> str:
    """Write a difference with its interval, in points; a dash where nothing was compared."""
    if not difference.known:
        return NOT_KNOWN
    low, high = difference.ci95
    return f"{signed(difference.difference)} [{signed(low)}, {signed(high)}]"


def budget_name(budget: int | None) -> str:
    """Write a budget in words."""
    return UNLIMITED if budget is None else f"{budget} tokens"
