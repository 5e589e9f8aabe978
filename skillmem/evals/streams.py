"""Online: tasks come in a stream, and each is scored before anything is learnt from it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
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
from skillmem.evals.deadline import Deadline
from skillmem.evals.folder import RunFolder
from skillmem.evals.forms import Evidence, gather_evidence
from skillmem.evals.games import evaluated_tasks, stripped
from skillmem.evals.journal import Journal, Turn
from skillmem.evals.plan import FLOOR, RETRIES, WorkUnit, keyed, unit_tasks
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
        InvalidOption: one needs a whole log, or several attempts at a task.
    """
    for arm in RETRIES:
        if arm in bench.plan.arms:
            raise InvalidOption(
                f"the arm {arm!r} plays a task several times, and a stream each once; leave it out "
                "with --arms"
            )
    for arm in OFFLINE_ONLY:
        if arm in bench.plan.arms:
            raise InvalidOption(
                f"the arm {arm!r} picks from a whole log and has no place in a stream; leave it "
                "out with --arms"
            )


def play_stream(bench: Bench, folder: RunFolder, unit: WorkUnit, *, deadline: Deadline) -> None:
    """Play a unit's stream from an empty memory, as far as time allows.

    Each episode is kept when it is over. The next call learns again from what is kept, without
    playing it, and goes on behind it. The unit is done when its stream is whole.
    """
    file = folder.stream_file(unit)
    with TemporaryDirectory(dir=folder.unfinished, prefix="stream-") as place:
        stream = _Stream(bench, unit, Path(place) / "memory", Journal(file, Turn, deadline))
        played = tuple(stream.play())
    if len(played) == stream.length:
        folder.put(unit, played)
        file.unlink(missing_ok=True)


class _Stream:
    """One arm's way through one order of the tasks. It learns from what it played itself."""

    def __init__(
        self, bench: Bench, unit: WorkUnit, location: Path, journal: Journal[Turn]
    ) -> None:
        self._bench = bench
        self._unit = unit
        self._location = location
        self._journal = journal
        self._tasks: dict[str, str] = {}
        tasks = unit_tasks(bench.plan, unit, evaluated_tasks(bench.suite, bench.plan))
        self._order = tuple(tasks)
        self._collected = collectors_share(bench.plan, self._order, build=unit.build)

    @property
    def length(self) -> int:
        """Count the tasks."""
        return len(self._order)

    def play(self) -> Iterator[Played]:
        """Score each task, then learn from it; end before the first that there is no time for."""
        with SkillMemory.open(
            self._location,
            namespace=NAMESPACE,
            config=single_lane(self._unit.arm, Config()),
            clock=lambda: EPOCH,
        ) as memory:
            for position, task_id in enumerate(self._order):
                name = f"stream-{position:04d}"
                play = partial(self._play_task, memory, task_id, name, position=position)
                turn = self._journal.take(name, play)
                if turn is None:
                    return
                assert turn.played is not None
                yield turn.played
                if self._unit.arm not in ("none", FLOOR):
                    self._learn(memory, turn.episode, task_id)

    def _play_task(self, memory: SkillMemory, task_id: str, name: str, *, position: int) -> Turn:
        episode, played = play_once(
            self._bench, self._unit, self._arm(memory), task_id, position=position
        )
        return Turn(episode=self._named(episode, task_id, name), played=played)

    def _collect(self, task_id: str, name: str) -> Turn:
        seed = int(keyed(self._bench.plan.seed, "collector", self._unit.build)[:8], 16)
        return Turn(episode=self._named(collect(self._bench, task_id, seed=seed), task_id, name))

    def _learn(self, memory: SkillMemory, episode: Episode, task_id: str) -> None:
        episodes = [episode]
        if task_id in self._collected:
            name = f"{episode.id}-collected"
            turn = self._journal.take(name, partial(self._collect, task_id, name))
            if turn is None:
                return  # time is over, so nothing is played that could miss it
            episodes.append(turn.episode)
        for logged in episodes:
            self._tasks[logged.id] = task_id
            memory.record(logged)
        memory.consolidate(replay=self._replay)

    def _named(self, episode: Episode, task_id: str, name: str) -> Episode:
        return timeless(episode, task=stripped(self._bench.suite.task(task_id)), episode_id=name)

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
