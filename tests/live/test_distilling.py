"""Lessons in the words of a real model, served by llama.cpp on this machine."""

from __future__ import annotations

from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest

from skillmem import Cap, Config, ConsolidationConfig, ModelDistiller, SkillMemory, SpendingConfig
from skillmem.llms import ChatServer, Patience
from skillmem.prompts.distilling import MOST_TOKENS
from skillmem.stores import SqlStore
from skillmem.types import Expense
from tests.live.models import require, small_model
from tests.live.test_chat_server import serving
from tests.memory.kitchen import failure, success

THINGS = ("pear", "cup", "fork")
FATES = ("lesson", "fell back, refused", "fell back, unreadable")


@pytest.fixture(scope="module")
def model() -> Path:
    """Find the model."""
    require(find_spec("xllamacpp"), "xllamacpp is not installed")
    return small_model()


def opened(folder: Path, url: str) -> SkillMemory:
    """Open a memory that may ask twice a batch."""
    server = ChatServer(url, model="small", patience=Patience(timeout=100.0, tries=1))
    spending = SpendingConfig(per_batch=Cap(calls=2))
    config = Config(consolidation=ConsolidationConfig(spending=spending))
    return SkillMemory.open(folder, distiller=ModelDistiller(server), config=config)


def spent(folder: Path) -> list[Expense]:
    """Read the ledger."""
    with closing(SqlStore.open(folder)) as store:
        return list(store.expenses(("default",)))


def test_the_smallest_model_words_lessons_or_falls_back(tmp_path: Path, model: Path) -> None:
    """Under a cap, then without its server: every failure has a lesson, and the ledger says how."""
    with serving(model) as served, opened(tmp_path, served.url) as memory:
        memory.record(success("apple"))
        for thing in THINGS:
            memory.record(failure(thing))
        batch = memory.consolidate()
        assert (batch.cost.model_calls, len(batch.pending)) == (2, 1)
        served.process.kill()
        served.process.wait()
        last = memory.consolidate()
        taught = {name for it in memory.items(kind="lesson") for name in it.episode_ids}
        failed = [it.id for it in memory.episodes() if it.outcome and not it.outcome.success]

    assert (last.cost.model_calls, last.pending) == (1, {})
    assert taught >= set(failed)
    first, second, gone = spent(tmp_path)
    for expense in (first, second):
        assert expense.became.partition(":")[0].split(", mended")[0] in FATES
        assert expense.reply
        assert 0 < expense.prompt_tokens < 2 * MOST_TOKENS
        assert 0 < expense.completion_tokens <= 300
    assert first.prompt_tokens == second.prompt_tokens
    assert gone.became.startswith("fell back, no answer: ")
