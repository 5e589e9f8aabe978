"""A prepared build, opened: what its arms are made of."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from skillmem.config import Config
from skillmem.embedders import StaticEmbedder
from skillmem.evals.arms import (
    CELLS,
    Arm,
    Fixed,
    Labels,
    NoMemory,
    Oracle,
    Placebo,
    Product,
    Random,
    Retrieve,
    pick_fixed,
    pieces_of,
    single_lane,
)
from skillmem.evals.collection import EPOCH, NAMESPACE, Bench, read_games
from skillmem.evals.folder import RunFolder
from skillmem.evals.forms import Evidence, Piece, concrete_successes, gather_evidence
from skillmem.evals.games import evaluated_tasks
from skillmem.evals.retrying import TELLINGS, Retry
from skillmem.evals.shelf import Shelf
from skillmem.memory import SkillMemory
from skillmem.retrieval import Tools
from skillmem.stores import SqlStore
from skillmem.structure import LearntEntityFinder
from skillmem.tokens import TiktokenCounter

FIRST_BUILD = 0


@contextmanager
def open_arm(bench: Bench, folder: RunFolder, *, build: int, arm: str) -> Iterator[Arm]:
    """Make an arm over a prepared build, and close what it holds afterwards.

    A retrieval leaves a receipt behind, so arms that ask the memory ask a copy of it.
    """
    with ExitStack() as stack:
        build_folder = folder.build_folder(build)
        match arm:
            case "none" | "floor":
                yield NoMemory()
            case "asymmetric" | "demonstrations" | "lessons":
                yield Product(stack.enter_context(_retrieve(build_folder, arm)))
            case "retry" | "retry_plain" | "retry_inverted":
                yield Retry(stack.enter_context(_memory(build_folder, arm)), TELLINGS[arm])
            case "placebo":
                retrieve = stack.enter_context(_retrieve(build_folder, arm))
                labels = _labels(bench, build_folder)
                yield Placebo(retrieve, read_evidence(build_folder).tasks, labels)
            case _:
                yield _arm_of_pieces(bench, folder, build=build, arm=arm)


def exhibits(bench: Bench, folder: RunFolder, *, build: int, arm: str) -> tuple[Piece, ...]:
    """Give everything that an arm over a prepared build could show."""
    if arm == "fixed":
        return _fixed_pieces(bench, folder)
    return pieces_of(arm, read_evidence(folder.build_folder(build)), make_tools())


def make_tools() -> Tools:
    """Make what the facade works with by default."""
    return Tools(
        embedder=StaticEmbedder(),
        counter=TiktokenCounter(),
        finder=LearntEntityFinder(),
        config=Config(),
    )


@lru_cache(maxsize=3)
def read_evidence(build_folder: Path) -> Evidence:
    """Read what a prepared build's store holds; it never changes again."""
    with closing(SqlStore.open(build_folder / "memory")) as store:
        return gather_evidence(
            store.episodes(NAMESPACE), store.items(NAMESPACE), store.lexicon(NAMESPACE)
        )


def _arm_of_pieces(bench: Bench, folder: RunFolder, *, build: int, arm: str) -> Arm:
    tools = make_tools()
    evidence = read_evidence(folder.build_folder(build))
    if arm == "fixed":
        return Fixed(_fixed_pieces(bench, folder), tools)
    pieces = pieces_of(arm, evidence, tools)
    if arm == "random":
        return Random(pieces, tools)
    if arm == "oracle":
        labels = _labels(bench, folder.build_folder(build))
        return Oracle(pieces, labels, lexicon=evidence.lexicon, tools=tools)
    assert arm in CELLS, arm
    return Shelf(pieces, lexicon=evidence.lexicon, tools=tools)


def _fixed_pieces(bench: Bench, folder: RunFolder) -> tuple[Piece, ...]:
    first = folder.build_folder(FIRST_BUILD)
    successes = concrete_successes(read_evidence(first), make_tools())
    return pick_fixed(successes, _labels(bench, first))


def _labels(bench: Bench, build_folder: Path) -> Labels:
    tasks = [bench.suite.task(task_id) for task_id in evaluated_tasks(bench.suite, bench.plan)]
    return Labels(
        of_episode=_episode_labels(build_folder),
        of_task={(task.goal, task.observation): task.label for task in tasks},
    )


def _episode_labels(build_folder: Path) -> Mapping[str, str]:
    return {name: game.label for name, game in read_games(build_folder).items()}


@contextmanager
def _retrieve(build_folder: Path, arm: str) -> Iterator[Retrieve]:
    with _memory(build_folder, arm) as memory:
        yield lambda task, token_budget: memory.retrieve(task, token_budget=token_budget)


@contextmanager
def _memory(build_folder: Path, arm: str) -> Iterator[SkillMemory]:
    with TemporaryDirectory(dir=build_folder.parent, prefix="copy-") as copy:
        location = Path(copy) / "memory"
        shutil.copytree(build_folder / "memory", location)
        config = single_lane(arm, Config())
        with SkillMemory.open(
            location, namespace=NAMESPACE, config=config, clock=lambda: EPOCH
        ) as memory:
            yield memory
