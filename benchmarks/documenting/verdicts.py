"""What helped and what did not: sentences that are made of a run's figures alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from skillmem.evals.plan import FLOOR
from skillmem.evals.results import ArmResult, Difference, LabelResult
from skillmem.evals.wording import NONE, OURS, REFERENCES, points

Verdict = Literal["above", "below", "not told apart from"]
VERDICTS: tuple[Verdict, ...] = ("above", "below", "not told apart from")
OURS_ALL = (OURS, "demonstrations", "lessons")
"""The arms that hold what the library makes, in the form in which it makes it."""


def verdict(found: Difference) -> Verdict:
    """Say on which side of zero an interval lies."""
    low, high = found.ci95
    if low > 0.0:
        return "above"
    return "below" if high < 0.0 else "not told apart from"


def against(arms: Sequence[ArmResult], reference: str) -> tuple[str, ...]:
    """Say which arms of memory are above, below or not told apart from a reference."""
    differences = {
        result.arm: result.versus[reference]
        for result in arms
        if reference in result.versus and result.arm not in (FLOOR, *_without_memory(reference))
    }
    if not differences:
        return (f"Nothing was compared with `{reference}`.",)
    return tuple(_group(name, differences, reference) for name in VERDICTS)


def _without_memory(reference: str) -> tuple[str, ...]:
    return () if reference == NONE else (NONE,)


def _group(name: Verdict, differences: Mapping[str, Difference], reference: str) -> str:
    members = [
        f"{arm} {points(found)}"
        for arm, found in sorted(differences.items(), key=lambda entry: -entry[1].difference)
        if verdict(found) == name
    ]
    return f"{name.capitalize()} `{reference}`: {', '.join(members) or 'no arm'}."


def floor_sentence(arms: Sequence[ArmResult]) -> str:
    """Say how the policy without memory compares with the floor; nothing without a floor."""
    none = _arm(arms, NONE)
    if none is None or FLOOR not in none.versus:
        return ""
    found = none.versus[FLOOR]
    return (
        f"Without memory the policy is {verdict(found)} the `{FLOOR}`: {points(found)} points "
        f"over {found.pairs} pairs."
    )


def weaknesses(arms: Sequence[ArmResult]) -> tuple[str, ...]:
    """Name every place where an arm of ours won less often than no memory, told apart or not."""
    none = _arm(arms, NONE)
    if none is None:
        return (f"Without `{NONE}` it can't be said where memory did harm.",)
    ours = [result for result in arms if result.arm in OURS_ALL]
    return tuple(_weakness(result, none) for result in ours)


def _weakness(ours: ArmResult, none: ArmResult) -> str:
    places = [*_overall(ours, none), *_places(ours, none), *_narrowed(ours, none)]
    if not places:
        return f"`{ours.arm}` won nowhere less often than `{NONE}`."
    return f"`{ours.arm}` won less often than `{NONE}`: {'; '.join(places)}."


def _overall(ours: ArmResult, none: ArmResult) -> Iterator[str]:
    found = ours.versus[NONE]
    if found.difference < 0.0:
        told = "told apart" if verdict(found) == "below" else "not told apart"
        yield (
            f"over all tasks ({_both(ours.success_rate, none.success_rate)}, "
            f"{points(found)} points over {found.pairs} pairs, {told})"
        )


def _places(ours: ArmResult, none: ArmResult) -> Iterator[str]:
    parts: tuple[tuple[Mapping[str, LabelResult], Mapping[str, LabelResult]], ...] = (
        (ours.by_label, none.by_label),
        (ours.by_difficulty, none.by_difficulty),
        (ours.by_position, none.by_position),
    )
    for own, other in parts:
        for name, rate in own.items():
            without = other.get(name)
            if without is not None and rate.success_rate < without.success_rate:
                yield (
                    f"{name.replace('_', ' ')} ({_both(rate.success_rate, without.success_rate)}, "
                    f"n {_counts(rate.n, without.n)})"
                )


def _narrowed(ours: ArmResult, none: ArmResult) -> Iterator[str]:
    """Say where several runs of a task together win less, though one of them may win more."""
    for k, rate in ours.pass_at_k.items():
        if k > 1 and rate < none.pass_at_k.get(k, 0.0):
            yield f"by one of {k} runs ({_both(rate, none.pass_at_k[k])})"
    for name, found in ours.by_difficulty.items():
        without = none.by_difficulty.get(name)
        if without is not None and found.coverage < without.coverage:
            yield f"covered of {name} ({_both(found.coverage, without.coverage)})"


def _both(ours: float, without: float) -> str:
    return f"{100 * ours:.1f} % against {100 * without:.1f} %"


def _counts(ours: int, without: int) -> str:
    return f"{ours}" if ours == without else f"{ours} and {without}"


def _arm(arms: Sequence[ArmResult], name: str) -> ArmResult | None:
    return next((result for result in arms if result.arm == name), None)


def helped(arms: Sequence[ArmResult]) -> tuple[str, ...]:
    """Say all of it for the arms of one budget."""
    compared = [sentence for reference in REFERENCES for sentence in against(arms, reference)]
    return (*compared, *filter(None, (floor_sentence(arms),)), *weaknesses(arms))
