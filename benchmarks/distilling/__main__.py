"""How a chat model words lessons: what of its answers can be used, and what that costs.

Usage: python -m benchmarks.distilling [--failures 50] --base-url URL [--model NAME]
       python -m benchmarks.distilling [--failures 50] --gguf PATH [--threads 1]

Plays drawn training games of the household until so many were lost by a mistake of the agent's,
and distils these by rule and by the model, under a cap of a fifth of the calls a batch. Without a
server and a file only by rule. Exits with 1 when a failure is without a lesson, when a cap was
passed, or when a failure was asked about twice.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.distilling.figures import figures
from benchmarks.distilling.runs import Runs, lessons_of, opened, play
from benchmarks.distilling.serving import served
from skillmem import Cap, ModelDistiller, SkillMemory, SpendingConfig
from skillmem.llms import ChatServer, Patience
from skillmem.stores import SqlStore

BATCHES = 5
PATIENCE = Patience(timeout=300.0, tries=1)


class Unstructured(ChatServer):
    """Asks for no schema, as of a server that doesn't know them."""

    def complete(self, *arguments: Any, schema: object = None, **options: Any) -> str:  # noqa: ARG002
        """Leave the schema out."""
        return super().complete(*arguments, **options)


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 when something isn't as promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--failures", type=int, default=50)
    parser.add_argument("--base-url", default="", help="an OpenAI-compatible server")
    parser.add_argument("--model", default="", help="the name that the server has for the model")
    parser.add_argument("--gguf", type=Path, help="a model's file, to be served here meanwhile")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="don't ask for a schema")
    parser.add_argument("--list", action="store_true", help="print each answer and its fate")
    options = parser.parse_args(arguments)
    runs = play(options.failures)
    tell_rule(runs)
    if not options.base_url and options.gguf is None:
        return 0
    serving = (
        nullcontext(options.base_url)
        if options.gguf is None
        else served(options.gguf, threads=options.threads)
    )
    with serving as url:
        kind = Unstructured if options.plain else ChatServer
        name = options.model or (options.gguf.stem if options.gguf else "")
        server = kind(url, model=name, patience=PATIENCE)
        return tell_model(runs, server, answers=options.list)


def tell_rule(runs: Runs) -> None:
    """Print what the built-in distiller makes of the failures."""
    with TemporaryDirectory() as folder, opened(Path(folder), runs, None, SpendingConfig()) as it:
        it.consolidate()
        lessons = lessons_of(it)
    named = {name for lesson in lessons for name in lesson.episode_ids}
    texts = {(it.situation, it.mistake, it.advice) for it in lessons}
    print(
        f"by rule: {len(runs.failures)} failures, {len(named)} with a lesson, "
        f"{len(texts)} different texts, {len(lessons)} lessons when alike are united"
    )


def tell_model(runs: Runs, server: ChatServer, *, answers: bool) -> int:
    """Print what the model makes of them, batch by batch and in all."""
    cap = Cap(calls=max(server.most_calls, -(-len(runs.failures) // BATCHES)))
    with TemporaryDirectory() as folder:
        location = Path(folder) / "memory"
        spending = SpendingConfig(per_batch=cap)
        with opened(location, runs, ModelDistiller(server), spending) as memory:
            held = consolidate(memory, cap)
            lessons = lessons_of(memory)
            with closing(SqlStore.open(location)) as store:
                expenses = tuple(store.expenses(memory.namespace))
    if answers:
        for expense in expenses:
            print(f"--- {expense.became}\n{expense.reply}")
        for lesson in lessons:
            print(f"=== {lesson.goal}\n{lesson.situation}\n{lesson.mistake}\n{lesson.advice}")
    print(server.name.rpartition(" at ")[0])
    for name, value in figures(expenses, lessons, failures=len(runs.failures)):
        print(f"  {name:32}{value!s:>8}")
    taught = {name for lesson in lessons for name in lesson.episode_ids}
    once = max(Counter(it.episode_id for it in expenses).values(), default=0) <= 1
    return int(not (held and once and taught >= {it.id for it in runs.failures}))


def consolidate(memory: SkillMemory, cap: Cap) -> bool:
    """Consolidate until nothing is pending, and tell whether each batch kept to the cap."""
    held, pending = True, 1
    while pending:
        batch = memory.consolidate()
        before, pending = pending, len(batch.pending)
        held = held and batch.cost.model_calls <= (cap.calls or 0)
        print(f"cap of {cap.calls} calls: {batch.cost.model_calls} made, {pending} left pending")
        if pending == before and not batch.cost.model_calls:
            return False
    return held


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
