"""Where memory hurt."""

from __future__ import annotations

from skillmem.evals.harm import harms
from skillmem.evals.results import Played


def runs(arm: str, wins: dict[str, str]) -> list[Played]:
    """Make runs of tasks: a mark for each seed, `?` for one that was not judged."""
    return [
        Played(
            arm=arm,
            budget=800,
            build=0,
            seed=seed,
            task=task,
            label=task.upper(),
            success={"1": True, "0": False, "?": None}[mark],
            steps=1,
            ended_by="agent",
            memory_tokens=0,
            items=(),
            actions=(f"{arm} {seed}",),
        )
        for task, marks in wins.items()
        for seed, mark in enumerate(marks)
    ]


def test_the_worst_comes_first_with_the_pair_that_shows_it() -> None:
    """Losses are weighed against gains, pair by pair; what was won back is no harm."""
    played = [
        *runs("none", {"a": "110", "b": "111", "c": "100", "d": "1?1"}),
        *runs("asymmetric", {"a": "011", "b": "000", "c": "011", "d": "10?"}),
    ]

    found = harms(played, arm="asymmetric", reference="none")

    assert [(harm.task, harm.lost, harm.gained) for harm in found] == [("b", 3, 0)]
    assert found[0].label == "B"
    assert (found[0].ours.actions, found[0].theirs.actions) == (("asymmetric 0",), ("none 0",))


def test_no_pairs_no_harm() -> None:
    """Without the reference nothing is claimed."""
    assert harms(runs("asymmetric", {"a": "0"}), arm="asymmetric", reference="none") == ()
    assert harms([], arm="asymmetric", reference="none") == ()
