"""Online: tasks come in a stream, and each is scored before anything is learnt from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from skillmem.config import Config
from skillmem.errors import InvalidOption
from skillmem.evals.arms import (
    CELLS,
    Arm,
    Labels,
    NoMemory,
    Placebo,
    Product,
    Random,
    pieces_of,
    single_lane,
)
from skillmem.evals.builds import make_tools
from skillmem.evals.collection import EPOCH, NAMESPACE, Bench, collect, collectors_share, timeless
from skillmem.evals.folder import RunFolder
from skillmem.evals.forms import Evidence, gather_evidence
from skillmem.evals.games import evaluated_tasks, stripped
from skillmem.evals.plan import FLOOR, WorkUnit, keyed, unit_tasks
from skillmem.evals.playing import play_once
from skillmem.evals.results import Played
from skillmem.evals.shelf import Shelf
from skillmem.memory import SkillMemory
from skillmem.protocols import Environment
from skillmem.stores import SqlStore
from skillmem.types import Episode

OFFLINE_ONLY = ("fixed", "oracle")
"""Arms that pick by label among what one whole log gave."""


def require_streamable(bench: Bench) -> None:
    """Refuse arms that a stream can't have.

    Raises:
        InvalidOption: one needs a whole log.
    """
    for arm in OFFLINE_ONLY:
        if arm in bench.plan.arms:
            raise InvalidOption(
                f"the arm {arm!r} picks from a whole log and has no place in a stream; leave it "
                "out with --arms"
            )


def play_stream(bench: Bench, folder: RunFolder, unit: WorkUnit) -> None:
    """Play a unit's stream from an empty memory, and keep the episodes."""
    with TemporaryDirectory(dir=folder.unfinished, prefix="stream-") as place:
        folder.put(unit, _Stream(bench, unit, Path(place) / "memory").play())


class _Stream:
    """One arm's way through one order of the tasks. It learns from what it played itself."""

    def __init__(self, bench: Bench, unit: WorkUnit, location: Path) -> None:
        self._bench = bench
        self._unit = unit
        self._location = location
        self._tasks: dict[str, str] = {}
        tasks = unit_tasks(bench.plan, unit, evaluated_tasks(bench.suite, bench.plan))
        self._order = tuple(tasks)
        self._collected = collectors_share(bench.plan, self._order, build=unit.build)

    def play(self) -> Iterator[Played]:
        """Score each task, then learn from it."""
        with SkillMemory.open(
            self._location,
            namespace=NAMESPACE,
            config=single_lane(self._unit.arm, Config()),
            clock=lambda: EPOCH,
        ) as memory:
            for position, task_id in enumerate(self._order):
                arm = self._arm(memory)
                episode, played = play_once(
                    self._bench, self._unit, arm, task_id, position=position
                )
                yield played
                if self._unit.arm not in ("none", FLOOR):
                    self._learn(memory, episode, task_id, position)

    def _learn(self, memory: SkillMemory, episode: Episode, task_id: str, position: int) -> None:
        task = stripped(self._bench.suite.task(task_id))
        episodes = [timeless(episode, task=task, episode_id=f"stream-{position:04d}")]
        if task_id in self._collected:
            seed = int(keyed(self._bench.plan.seed, "collector", self._unit.build)[:8], 16)
            other = collect(self._bench, task_id, seed=seed)
            episodes.append(
                timeless(other, task=task, episode_id=f"stream-{position:04d}-collected")
            )
        for logged in episodes:
            self._tasks[logged.id] = task_id
            memory.record(logged)
        memory.consolidate(replay=self._replay)

    def _replay(self, episode: Episode) -> Environment:
        return self._bench.suite.open(self._tasks[episode.id])

    def _arm(self, memory: SkillMemory) -> Arm:
        arm = self._unit.arm
        if arm in ("none", FLOOR):
            return NoMemory()
        if arm in ("asymmetric", "demonstrations", "lessons"):
            return Product(lambda task, budget: memory.retrieve(task, token_budget=budget))
        evidence, tools = self._evidence(), make_tools()
        if arm == "placebo":
            return Placebo(
                lambda task, budget: memory.retrieve(task, token_budget=budget),
                evidence.tasks,
                self._labels(),
            )
        pieces = pieces_of(arm, evidence, tools)
        if arm == "random":
            return Random(pieces, tools)
        assert arm in CELLS, arm
        return Shelf(pieces, lexicon=evidence.lexicon, tools=tools)

    def _labels(self) -> Labels:
        tasks = [self._bench.suite.task(task_id) for task_id in self._order]
        return Labels(
            of_episode={
                name: self._bench.suite.task(task_id).label for name, task_id in self._tasks.items()
            },
            of_task={(task.goal, task.observation): task.label for task in tasks},
        )

    def _evidence(self) -> Evidence:
        with closing(SqlStore.open(self._location)) as store:
            return gather_evidence(
                store.episodes(NAMESPACE), store.items(NAMESPACE), store.lexicon(NAMESPACE)
            )
