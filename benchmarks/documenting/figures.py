"""Figures for sentences: what a hand-written text says in numbers, it asks for here.

In a template `{{ rate("household", "asymmetric") }}` becomes `73 %`. Every function takes the
name of a run first. `budget` is a number of tokens or `"unlimited"`; without it the run's first
budget counts. What was not played is an error that says what was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from benchmarks.documenting.runs import Run, named
from benchmarks.documenting.tables import seconds
from benchmarks.documenting.verdicts import VERDICTS, verdict
from skillmem.evals.plan import UNLIMITED
from skillmem.evals.results import (
    ArmResult,
    Difference,
    DifficultyResult,
    Diversity,
    LabelResult,
)
from skillmem.evals.wording import percent, points

Budget = int | str | None
Found = TypeVar("Found")


class NoSuchFigure(Exception):
    """A text asks for what no run has found; the message says what there is."""


class Figures:
    """All figures of some runs, by name."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self._runs = named(runs)

    def functions(self) -> dict[str, Callable[..., str]]:
        """Give what a template may call."""
        return {name: getattr(self, name) for name in FUNCTIONS}

    def rate(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Give the share of episodes won: `73 %`."""
        return _share(self._arm(run, arm, budget).success_rate)

    def interval(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Give the 95 % interval of that share: `[61, 84]`."""
        return _interval(self._arm(run, arm, budget))

    def episodes(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Count the episodes of an arm that were judged."""
        return str(self._arm(run, arm, budget).n)

    def difference(
        self, run: str, arm: str, word: str, other: str, *, budget: Budget = None
    ) -> str:
        """Give the paired difference in points, `arm` minus `other`: `+53 [+10, +97]`.

        `word` is what the text around it says of it: `above`, `below` or `not told apart from`.

        Raises:
            NoSuchFigure: the interval says otherwise, so that the text is to be written anew.
        """
        found = self._versus(run, arm, other, budget)
        if verdict(found) != word:
            raise NoSuchFigure(
                f"{run}: a text says that {arm!r} is {word!r} {other!r}, and it is "
                f"{verdict(found)!r}: {points(found)}; write it anew"
            )
        return points(found)

    def pairs(self, run: str, arm: str, other: str, *, budget: Budget = None) -> str:
        """Count the pairs of that difference."""
        return str(self._versus(run, arm, other, budget).pairs)

    def told(self, run: str, arm: str, other: str, *, budget: Budget = None) -> str:
        """Give `above`, `below` or `not told apart from`, as that difference's interval says."""
        return verdict(self._versus(run, arm, other, budget))

    def all_told(self, run: str, arm: str, word: str, *others: str) -> str:
        """Give nothing where `arm` is `word` each of `others`, as a text says.

        Raises:
            NoSuchFigure: it isn't, so that the text is to be written anew.
        """
        for other in others:
            self.difference(run, arm, word, other)
        return ""

    def alike(self, run: str, twin: str) -> str:
        """Give nothing where two runs found the same of every arm, as a text says.

        Raises:
            NoSuchFigure: they differ, so that the text is to be written anew.
        """
        one, other = (
            [(it.arm, it.n, it.success_rate, it.steps_mean, it.memory_tokens_mean) for it in arms]
            for arms in (self._members(run, None), self._members(twin, None))
        )
        if one != other:
            raise NoSuchFigure(f"a text says that {run} and {twin} are alike, and they are not")
        return ""

    def at_most(self, most: float, run: str, label: str, *arms: str) -> str:
        """Give nothing where each of `arms` won no larger share of a type than `most`.

        Raises:
            NoSuchFigure: one won more, so that the text is to be written anew.
        """
        return self._bounded(0.0, most, run, label, arms)

    def at_least(self, least: float, run: str, label: str, *arms: str) -> str:
        """Give nothing where each of `arms` won no smaller share of a type than `least`.

        Raises:
            NoSuchFigure: one won less, so that the text is to be written anew.
        """
        return self._bounded(least, 1.0, run, label, arms)

    def _bounded(self, least: float, most: float, run: str, label: str, arms: Sequence[str]) -> str:
        for arm in arms:
            rate = self._label(run, arm, label, None).success_rate
            if not least <= rate <= most:
                raise NoSuchFigure(
                    f"{run}: a text says that {arm!r} won from {least} to {most} of {label!r}, and "
                    f"it won {rate:.2f}; write it anew"
                )
        return ""

    def score(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Give the mean of the environment's scores: `0.31`."""
        found = _given(self._arm(run, arm, budget).score_mean, f"{arm} in {run}: no score")
        return f"{found:.2f}".replace("-", "−")

    def steps(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Give the steps of an episode, on average."""
        return f"{self._arm(run, arm, budget).steps_mean:.1f}"

    def tokens(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Give the tokens of memory in an episode's first prompt, on average."""
        return f"{self._arm(run, arm, budget).memory_tokens_mean:.0f}"

    def model_tokens(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Give the tokens that a model read and wrote in a step, on average."""
        found = self._arm(run, arm, budget).model_tokens_per_step
        return f"{_given(found, f'{arm} in {run}: no tokens of a model'):.0f}"

    def seconds(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Give the seconds that a step took, on average."""
        return seconds(self._arm(run, arm, budget).seconds_per_step)

    def passes(self, run: str, arm: str, k: int, *, budget: Budget = None) -> str:
        """Give the chance that one of `k` runs wins: `81 %`."""
        found = self._arm(run, arm, budget).pass_at_k
        return _share(_pick({str(key): rate for key, rate in found.items()}, str(k), f"{run}: k"))

    def plans(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Count the different plans of the runs of one task, on average."""
        return f"{self._diversity(run, arm, budget).distinct_plans:.1f}"

    def winning_plans(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Count those of them that won."""
        return f"{self._diversity(run, arm, budget).distinct_wins:.1f}"

    def entropy(self, run: str, arm: str, *, budget: Budget = None) -> str:
        """Give the entropy, in bits, of the actions where the runs of one task part."""
        return f"{self._diversity(run, arm, budget).divergence_entropy:.2f}"

    def label_rate(self, run: str, arm: str, label: str, *, budget: Budget = None) -> str:
        """Give the share won of the tasks of one type."""
        return _share(self._label(run, arm, label, budget).success_rate)

    def label_interval(self, run: str, arm: str, label: str, *, budget: Budget = None) -> str:
        """Give the 95 % interval of that share."""
        return _interval(self._label(run, arm, label, budget))

    def label_episodes(self, run: str, arm: str, label: str, *, budget: Budget = None) -> str:
        """Count the episodes of that share."""
        return str(self._label(run, arm, label, budget).n)

    def difficulty_rate(self, run: str, arm: str, name: str, *, budget: Budget = None) -> str:
        """Give the share won of the tasks whose plans have about that length: `9 actions`."""
        return _share(self._difficulty(run, arm, name, budget).success_rate)

    def coverage(self, run: str, arm: str, name: str, *, budget: Budget = None) -> str:
        """Give the share of those tasks, per build, of which at least one run won."""
        return _share(self._difficulty(run, arm, name, budget).coverage)

    def position_rate(self, run: str, arm: str, name: str, *, budget: Budget = None) -> str:
        """Give the share won in one part of the streams: `quarter 1`."""
        found = self._arm(run, arm, budget).by_position
        return _share(_pick(found, name, f"{run}: part").success_rate)

    def best(self, run: str, *, budget: Budget = None) -> str:
        """Name the arm that won most, the first of several."""
        members = self._members(run, budget)
        return max(members, key=lambda result: result.success_rate).arm

    def builds(self, run: str) -> str:
        """Count the builds, or the orders of a stream."""
        return str(self._run(run).results.run.builds)

    def seeds(self, run: str) -> str:
        """Count the runs of each task with each build."""
        return str(self._run(run).results.run.seeds)

    def tasks(self, run: str) -> str:
        """Count the tasks that are evaluated."""
        return str(self._run(run).results.run.tasks)

    def rounds(self, run: str) -> str:
        """Say how much was played of what was planned: `20 of 192`."""
        info = self._run(run).results.run
        return f"{info.rounds} of {info.planned}"

    def tally(self, arm: str, word: str, other: str) -> str:
        """Count the runs in which `arm` is `above`, `below`, … `other`, by their first budgets.

        `3 of 5`: of the runs in which both were played.
        """
        if word not in VERDICTS:
            raise NoSuchFigure(f"no verdict {word!r}; there are: {', '.join(VERDICTS)}")
        found = [
            verdict(result.versus[other])
            for run in self._runs.values()
            for result in run.arms(run.budgets[0])
            if result.arm == arm and other in result.versus
        ]
        if not found:
            raise NoSuchFigure(f"no run has both {arm!r} and {other!r}")
        return f"{sum(one == word for one in found)} of {len(found)}"

    def _run(self, run: str) -> Run:
        return _pick(self._runs, run, "run")

    def _members(self, run: str, budget: Budget) -> tuple[ArmResult, ...]:
        found = self._run(run)
        members = {_plain(played): found.arms(played) for played in found.budgets}
        wanted = _plain(found.budgets[0]) if budget is None else str(budget)
        return _pick(members, wanted, f"{run}: budget")

    def _arm(self, run: str, arm: str, budget: Budget) -> ArmResult:
        return _pick({it.arm: it for it in self._members(run, budget)}, arm, f"{run}: arm")

    def _versus(self, run: str, arm: str, other: str, budget: Budget) -> Difference:
        return _pick(self._arm(run, arm, budget).versus, other, f"{run}: arm beside {arm}")

    def _label(self, run: str, arm: str, label: str, budget: Budget) -> LabelResult:
        return _pick(self._arm(run, arm, budget).by_label, label, f"{run}: type of task")

    def _difficulty(self, run: str, arm: str, name: str, budget: Budget) -> DifficultyResult:
        return _pick(self._arm(run, arm, budget).by_difficulty, name, f"{run}: difficulty")

    def _diversity(self, run: str, arm: str, budget: Budget) -> Diversity:
        return _given(self._arm(run, arm, budget).diversity, f"{arm} in {run}: one run of a task")


FUNCTIONS = tuple(
    name for name in vars(Figures) if not name.startswith("_") and name != "functions"
)
"""The names of what a template may call."""


def _pick(found: Mapping[str, Found], name: str, kind: str) -> Found:
    if name not in found:
        there = ", ".join(map(repr, found)) or "none at all"
        raise NoSuchFigure(f"{kind} {name!r} is not there; there are: {there}")
    return found[name]


def _given(found: Found | None, lack: str) -> Found:
    if found is None:
        raise NoSuchFigure(f"{lack} was recorded")
    return found


def _plain(budget: int | None) -> str:
    return UNLIMITED if budget is None else str(budget)


def _share(rate: float) -> str:
    return f"{percent(rate)} %"


def _interval(found: ArmResult | LabelResult) -> str:
    return f"[{percent(found.ci95[0])}, {percent(found.ci95[1])}]"
