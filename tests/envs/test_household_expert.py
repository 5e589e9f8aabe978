"""Plans that win: the official walkthroughs and the expert's own."""

from __future__ import annotations

from envs.household import Suite, make


def plays_to_win(suite: Suite, task: str, plan: tuple[str, ...]) -> bool:
    """Say whether all of a plan is admissible and its last command, no other, wins."""
    environment = suite.open(task)
    _, info = environment.reset()
    over = False
    for command in plan:
        if over or command not in info["admissible_commands"]:
            return False
        _, _, over, _, info = environment.step(command)
    return bool(info["won"])


def test_all_official_walkthroughs_win() -> None:
    """The 274 walkthroughs of ALFWorld win here as they do there."""
    suite = make()
    tasks = suite.tasks("valid_seen") + suite.tasks("valid_unseen")

    assert len(tasks) == 274
    assert all(plays_to_win(suite, task, suite.walkthrough(task)) for task in tasks)


def test_the_expert_wins_every_official_game() -> None:
    """The expert solves all 474 games, in about as few commands as the walkthroughs."""
    suite = make()
    tasks = [task for split in suite.splits for task in suite.tasks(split)]
    plans = {task: suite.expert(task) for task in tasks}

    assert all(plays_to_win(suite, task, plan) for task, plan in plans.items())
    assert max(len(plan) for plan in plans.values()) <= 15
    assert sum(len(plan) for plan in plans.values()) / len(plans) < 6.5
