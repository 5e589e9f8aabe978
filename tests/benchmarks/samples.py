"""Runs as a benchmark could have left them, made of figures that are easy to read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.documenting.runs import Run, read_run
from skillmem.evals.plan import Plan
from skillmem.evals.results import (
    ArmResult,
    Difference,
    DifficultyResult,
    Diversity,
    LabelResult,
    Machine,
    Results,
    RunInfo,
)

N = 40
COMMAND = (
    "skillmem bench --env envs.household:make --agent agents.lm_ranking:make --agent-option "
    "model=/home/ann/.cache/skillmem/models/gemma-3-270m-q4_k_m.gguf --out /tmp/somewhere/x --renew"
)


def a_difference(points: float, reach: float) -> Difference:
    """Make a difference of so many points, give or take."""
    return Difference(
        difference=points / 100, ci95=((points - reach) / 100, (points + reach) / 100), pairs=N
    )


def a_rate(percent: float) -> LabelResult:
    """Make a share of the episodes of one kind."""
    return LabelResult(n=20, success_rate=percent / 100, ci95=(0.0, 1.0))


def an_arm(
    name: str,
    percent: float,
    *,
    versus: Mapping[str, Difference] | None = None,
    labels: Mapping[str, float] | None = None,
    seeds: int = 2,
    budget: int | None = 800,
) -> ArmResult:
    """Make what an arm reached."""
    rate = percent / 100
    hard = DifficultyResult(n=20, success_rate=rate, ci95=(0.0, 1.0), coverage=min(1.0, rate + 0.1))
    diversity = Diversity(
        groups=20, runs=2.0, distinct_plans=1.5, distinct_wins=0.5, divergence_entropy=0.25
    )
    return ArmResult(
        arm=name,
        split="valid",
        n=N,
        success_rate=rate,
        ci95=(max(0.0, rate - 0.1), min(1.0, rate + 0.1)),
        steps_mean=9.5,
        budget=budget,
        memory_tokens_mean=0.0 if name == "none" else 123.4,
        nothing_shown=0.0,
        pass_at_k={k: min(1.0, rate + (k - 1) / 10) for k in range(1, seeds + 1)},
        diversity=diversity if seeds > 1 else None,
        by_label={label: a_rate(won) for label, won in (labels or {}).items()},
        by_difficulty={"3 actions": hard},
        versus=dict(versus or {}),
    )


def arms() -> tuple[ArmResult, ...]:
    """Give four arms: ours helps, but harms in one type of task; lessons alone do harm."""
    return (
        an_arm("none", 30, labels={"cool_it": 40, "warm_it": 20}),
        an_arm(
            "placebo",
            28,
            versus={"none": a_difference(-2, 5)},
            labels={"cool_it": 36, "warm_it": 20},
        ),
        an_arm(
            "asymmetric",
            60,
            versus={
                "none": a_difference(30, 10),
                "placebo": a_difference(32, 40),
                "lessons": a_difference(45, 5),
            },
            labels={"cool_it": 35, "warm_it": 85},
        ),
        an_arm(
            "lessons",
            15,
            versus={"none": a_difference(-15, 5), "placebo": a_difference(-13, 20)},
            labels={"cool_it": 10, "warm_it": 20},
        ),
    )


def some_results(
    found: Sequence[ArmResult] = (), *, rounds: int = 4, budgets: tuple[int | None, ...] = (800,)
) -> Results:
    """Make the results of a run."""
    info = RunInfo(
        command=COMMAND,
        builds=2,
        tasks=10,
        seeds=2,
        ci_method="as told",
        policy="lm_ranking:gemma-3-270m-q4_k_m.gguf",
        policy_kind="model",
        environment="envs.household:make",
        train_source="drawn",
        collector="expert: 60 %",
        plan=Plan(
            env="envs.household:make",
            agent="agents.lm_ranking:make",
            agent_options={"model": "/home/ann/.cache/skillmem/models/gemma-3-270m-q4_k_m.gguf"},
            builds=2,
            budgets=budgets,
        ),
        configuration="0",
        versions={"python": "3.11.7", "langgraph-skillmem": "0.1.0"},
        machine=Machine(system="Linux-6.1-x86_64", processor="x86_64", cores=2),
        rounds=rounds,
        planned=4,
        logs=(),
    )
    return Results(run=info, arms=tuple(found or arms()))


def keep(results: Results, folder: Path) -> Run:
    """Write results to where a run of the folder's name is kept, and read them as a run."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results.model_dump(mode="json"), indent=1)
    (folder / "results.json").write_text(text, encoding="utf-8")
    return read_run(folder)
