"""How often the scripted policy wins the official training games without any memory.

A scripted policy should win between 20 and 50 %: too little leaves nothing to learn from, too
much leaves nothing to gain. Run: python -m benchmarks.policy_alone
"""

from __future__ import annotations

from collections import Counter

from agents.case_based import make as make_agent
from envs.household import make as make_suite

SEEDS = (1, 2)


def main() -> None:
    """Play every official training game once per seed, and print the share won by type."""
    suite, agent = make_suite(), make_agent()
    played: Counter[str] = Counter()
    won: Counter[str] = Counter()
    for seed in SEEDS:
        for task_id in suite.tasks("train"):
            task = suite.task(task_id)
            episode = agent.play(suite.open(task_id), task, lambda _: "", seed)
            assert episode.outcome is not None
            for name in ("all", task.label):
                played[name] += 1
                won[name] += episode.outcome.success
    for name, count in sorted(played.items()):
        print(f"{name}: {won[name] / count:.1%} of {count} episodes")


if __name__ == "__main__":
    main()
