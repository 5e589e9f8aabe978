"""What a log becomes: {success, failure} x {concrete, abstract}.

Memory itself holds two of the four forms, the concrete success and the abstract failure.
The concrete failure and the abstract success exist only here, for arms to compare; the
same ranking and the same packer choose among all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from skillmem.config import Config, RenderingConfig
from skillmem.consolidation.faults import fault
from skillmem.protocols import EntityFinder
from skillmem.rendering import (
    goal_line,
    render_actions,
    render_demonstration,
    render_lesson,
    render_outline,
    render_run,
)
from skillmem.retrieval import Rankable, Tools, make_query
from skillmem.structure import skeleton
from skillmem.types import Demonstration, Episode, Lesson, Lexicon, Logged, MemoryItem, Step, Task

FAILED = "This run failed."
FAILED_AT_THE_END = "This run failed; these were its last actions."
LAST_ACTIONS = 8


class Evidence(NamedTuple):
    """What one build's log gave: the memory's items, the failed runs, what was learnt."""

    demonstrations: tuple[Demonstration, ...]
    lessons: tuple[Lesson, ...]
    failures: tuple[Episode, ...]
    tasks: tuple[Task, ...]
    lexicon: Lexicon


class Piece(NamedTuple):
    """Something to show: how it ranks, its goal as worded, its texts, where it came from.

    `actions` is how many actions the run behind it has; 0 where there is none.
    """

    rankable: Rankable
    goal: str
    rungs: tuple[str, ...]
    episode_ids: tuple[str, ...]
    actions: int = 0


Form = Callable[[Evidence, Tools], tuple[Piece, ...]]


def gather_evidence(
    logged: Iterable[Logged], items: Iterable[MemoryItem], lexicon: Lexicon
) -> Evidence:
    """Sort what a build's store holds. Runs that crashed are no evidence of anything."""
    kept = tuple(items)
    episodes = tuple(entry.episode for entry in logged)
    return Evidence(
        demonstrations=tuple(item for item in kept if isinstance(item, Demonstration)),
        lessons=tuple(item for item in kept if isinstance(item, Lesson)),
        failures=tuple(episode for episode in episodes if _failed_by_playing(episode)),
        tasks=tuple(episode.task for episode in episodes),
        lexicon=lexicon,
    )


def concrete_successes(evidence: Evidence, tools: Tools) -> tuple[Piece, ...]:
    """Give the demonstrations as memory shows them."""
    return _of_demonstrations(evidence, tools.config, render_demonstration)


def abstract_successes(evidence: Evidence, tools: Tools) -> tuple[Piece, ...]:
    """Give each demonstration as its masked goal and its action templates."""
    return _of_demonstrations(evidence, tools.config, _outline)


def abstract_failures(evidence: Evidence, tools: Tools) -> tuple[Piece, ...]:
    """Give the lessons as memory shows them."""
    return tuple(
        Piece(
            _rankable(lesson, len(evidence.demonstrations) + position),
            lesson.goal,
            (render_lesson(lesson, tools.config.rendering),),
            lesson.episode_ids,
        )
        for position, lesson in enumerate(evidence.lessons)
    )


def concrete_failures(evidence: Evidence, tools: Tools) -> tuple[Piece, ...]:
    """Give each failed run as it was played, in the lane and under the heading of lessons."""
    return tuple(
        Piece(
            _rankable_failure(episode, position, evidence.lexicon, tools.finder),
            episode.task.goal,
            _failed_run(episode, tools.config.rendering),
            (episode.id,),
            len(episode.steps),
        )
        for position, episode in enumerate(evidence.failures)
    )


def _of_demonstrations(
    evidence: Evidence,
    config: Config,
    render: Callable[[Demonstration, RenderingConfig], tuple[str, ...]],
) -> tuple[Piece, ...]:
    return tuple(
        Piece(
            _rankable(item, position),
            item.task.goal,
            render(item, config.rendering),
            item.episode_ids,
            len(item.steps),
        )
        for position, item in enumerate(evidence.demonstrations)
    )


def _rankable(item: Demonstration | Lesson, position: int) -> Rankable:
    return Rankable(item.id, item.kind, item.goal, item.skeleton, item.trust, position)


def _rankable_failure(
    episode: Episode, position: int, lexicon: Lexicon, finder: EntityFinder
) -> Rankable:
    query = make_query(episode.task, (), finder=finder, lexicon=lexicon)
    attempted = skeleton(episode.steps, finder=finder, lexicon=lexicon, goal=episode.task.goal)
    return Rankable(episode.id, "lesson", query.masked_goal, attempted, 1.0, position)


def _outline(item: Demonstration, config: RenderingConfig) -> tuple[str, ...]:
    return (render_outline(item.goal, item.skeleton, config),)


def _failed_run(episode: Episode, config: RenderingConfig) -> tuple[str, ...]:
    goal, steps = goal_line(episode.task.goal, config), episode.steps
    opening = f"{FAILED}\n{goal}"
    rungs = [render_run(opening, steps, config), render_actions(opening, steps, config)]
    if len(steps) >= 2 * LAST_ACTIONS:
        rungs.append(_ending(goal, steps[-LAST_ACTIONS:], config))
    return tuple(dict.fromkeys(rungs))


def _ending(goal: str, steps: tuple[Step, ...], config: RenderingConfig) -> str:
    return render_actions(f"{FAILED_AT_THE_END}\n{goal}", steps, config)


def _failed_by_playing(episode: Episode) -> bool:
    outcome = episode.outcome
    if outcome is None or outcome.success or not episode.steps:
        return False
    return fault(episode, outcome) is None
