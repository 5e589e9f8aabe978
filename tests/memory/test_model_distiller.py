"""Lessons that a chat model words, and what it may cost, over a real HTTP server."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from skillmem import (
    Cap,
    Config,
    ConsolidationConfig,
    Lesson,
    MissingExtra,
    ModelDistiller,
    Price,
    SkillMemory,
    SpendingConfig,
)
from skillmem.cli.group import commands
from skillmem.llms import ChatServer, Patience
from skillmem.prompts.distilling import EXAMPLES
from skillmem.stores import SqlStore
from tests.agents.bad_server import Answer, Handler, serving
from tests.agents.test_chat import unused_url
from tests.memory.kitchen import failure, success

GOOD = {
    "situation": "<A> is dirty.",
    "mistake": "The run put <A> away before it was clean.",
    "advice": "Wash <A> before it is put into <B>:",
    "actions": ["clean <A> with <C>", "move <A> to <B>"],
}
QUICK = Patience(timeout=5.0, tries=1)
THINGS = ("pear", "cup", "fork", "plum", "knife")


def saying(content: str, *, read: int = 100, written: int = 20) -> Answer:
    """Answer with this text."""
    body = {
        "choices": [{"message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": read, "completion_tokens": written},
    }
    return lambda handler: handler.send(json.dumps(body).encode())


def refusing(status: int) -> Answer:
    """Refuse a field."""
    message = b'{"error": {"message": "unknown field response_format"}}'
    return lambda handler: handler.send(message, status=status)


def opened(
    folder: Path, url: str, *, clock: Any = None, unite: bool = True, **spending: Any
) -> SkillMemory:
    """Open a memory whose lessons a model words."""
    spent = SpendingConfig(**spending)
    config = Config(consolidation=ConsolidationConfig(spending=spent, unite=unite))
    model = ChatServer(url, model="tiny", patience=QUICK)
    return SkillMemory.open(folder, distiller=ModelDistiller(model), config=config, clock=clock)


def taught(memory: SkillMemory, failures: int = 1) -> list[Lesson]:
    """Learn from a success and failures, and give the lessons."""
    memory.record(success("apple"))
    for thing in THINGS[:failures]:
        memory.record(failure(thing))
    memory.consolidate()
    return [item for item in memory.items() if isinstance(item, Lesson)]


def test_the_model_words_the_lesson(tmp_path: Path) -> None:
    """One request a failure, told in slots; the words are its own, the evidence is not."""
    with serving(saying(json.dumps(GOOD))) as server, opened(tmp_path, server.url) as memory:
        (lesson,) = taught(memory)

    (asked,) = server.requests
    question = asked.body["messages"][-1]["content"]
    assert (lesson.situation, lesson.mistake) == (GOOD["situation"], GOOD["mistake"])
    assert lesson.advice.splitlines()[1:] == ["> clean <A> with <C>", "> move <A> to <B>"]
    assert lesson.written_by == "tiny"
    assert lesson.model_ids
    assert "pear" not in question
    assert "Goal: put a clean <A> in <B>." in question
    assert asked.body["temperature"] == 0.0
    assert asked.body["seed"] == 0
    structured = asked.body["response_format"]
    assert structured["type"] == "json_schema"
    listed = structured["json_schema"]["schema"]["properties"]["actions"]["items"]["enum"]
    assert listed == ["go to <C>", "clean <A> with <C>", "go to <B>", "move <A> to <B>"]


@pytest.mark.parametrize(
    "reply",
    [
        f"Here it is:\n```json\n{json.dumps(GOOD)}\n```",
        json.dumps(GOOD)[:-3],
        json.dumps(GOOD).replace('"', "'"),
        json.dumps(GOOD).replace('"mistake"', "mistake"),
        json.dumps({**GOOD, "actions": ["1. clean <A> with <C>", "> move <a> to <b>."]})[:-1],
    ],
)
def test_malformed_json_is_mended(tmp_path: Path, reply: str) -> None:
    """Fences, a cut end, other quotes: no second request is needed."""
    with serving(saying(reply)) as server, opened(tmp_path, server.url) as memory:
        (lesson,) = taught(memory)

    assert lesson.mistake == GOOD["mistake"]
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("named", "slotted"),
    [
        ("put the pear away before", "put the <A> away before"),
        ("put Pear 1 away before", "put <A> away before"),
        ("put the pears into the fridge 1 before", "put the <A> into the <B> before"),
        ("put <A> away before", "put <A> away before"),
    ],
)
def test_names_of_the_goal_become_slots(tmp_path: Path, named: str, slotted: str) -> None:
    """A thing that the goal names is generalised; the rest of the words stays."""
    answer = {**GOOD, "mistake": f"The run {named} it was clean."}
    with serving(saying(json.dumps(answer))) as server, opened(tmp_path, server.url) as memory:
        (lesson,) = taught(memory)

    assert lesson.mistake == f"The run {slotted} it was clean."
    assert spent(tmp_path)[0].became == ("lesson" if named == slotted else "lesson, generalised")


def test_a_question_names_nothing(tmp_path: Path) -> None:
    """Runs that differ in their things alone are asked about in the very same words."""
    with serving(saying(json.dumps(GOOD))) as server, opened(tmp_path, server.url) as memory:
        taught(memory, failures=len(THINGS))

    assert len(server.requests) == len(THINGS)
    assert len({json.dumps(asked.body) for asked in server.requests}) == 1


def test_json_repair_is_asked_for_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lacks the extra is told so before anything is consolidated."""
    monkeypatch.setitem(sys.modules, "json_repair", None)

    with pytest.raises(MissingExtra, match=r"json-repair.*\[openai\]"):
        ModelDistiller(ChatServer("http://127.0.0.1:9"))


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("I am sorry, Dave.", "unreadable: it holds no JSON object"),
        ("", "unreadable: it holds no JSON object"),
        ("[1, 2]", "unreadable: "),
        ('{"situation": "s"}', "unreadable: mistake: Field required"),
        (json.dumps({**GOOD, "confidence": 1}), "unreadable: confidence: Extra inputs"),
        (json.dumps({**GOOD, "advice": 7}), "unreadable: advice: Input should be a valid string"),
        (json.dumps({**GOOD, "actions": []}), "unreadable: actions: "),
        (json.dumps({**GOOD, "advice": ">"}), "unreadable: advice: "),
        (json.dumps(GOOD)[:90], "unreadable: "),
        (json.dumps(GOOD)[:-10], "refused: 'move <A>' is none of the actions"),
        (json.dumps({**GOOD, "advice": "Go to sink 1."}), "refused: the distiller's draft"),
        (json.dumps({**GOOD, "advice": "Do it 2 times."}), "refused: the distiller's draft"),
        (json.dumps({**GOOD, "advice": "Use the table."}), "refused: the distiller's draft"),
        (json.dumps({**GOOD, "advice": "Wash <Q>."}), "refused: <Q> stands for nothing"),
        (
            json.dumps({**GOOD, "actions": ["fly to <B>"]}),
            "refused: 'fly to <B>' is none of the actions that were listed",
        ),
        (
            json.dumps({**GOOD, "actions": GOOD["actions"][::-1]}),
            "refused: its actions are out of order",
        ),
        (
            json.dumps({**GOOD, "actions": ["go to <C>"]}),
            "refused: it leaves out 'clean <A> with <C>', which the mistake is about",
        ),
        (EXAMPLES[-1].content, "refused: it repeats an example"),
    ],
)
def test_it_falls_back_visibly(tmp_path: Path, reply: str, why: str) -> None:
    """What can't be read or may be no lesson leaves the built-in words, and says so."""
    why = f"fell back, {why}"
    with serving(saying(reply)) as server, opened(tmp_path, server.url) as memory:
        (lesson,) = taught(memory)

    assert lesson.mistake.startswith('The run never did "clean"')
    assert lesson.written_by.startswith("built-in, as the model's ")
    (expense,) = spent(tmp_path)
    assert expense.became.startswith(why)
    assert expense.reply == reply
    assert len(server.requests) == 1


def test_a_server_that_is_down_is_no_loss(tmp_path: Path) -> None:
    """Lessons are made by rule and say so; it is asked once a batch, and not for each failure."""
    with opened(tmp_path, unused_url()) as memory:
        lessons = taught(memory, failures=3)
        told = [spent(tmp_path)]
        memory.record(failure("spoon"))
        memory.consolidate()
        told.append(spent(tmp_path))

    assert {it.written_by for it in lessons} == {"built-in, as the model gave no answer"}
    assert sorted(name for it in lessons for name in it.episode_ids)
    assert [len(expenses) for expenses in told] == [1, 2]
    (expense,) = told[0]
    assert "can't be reached" in expense.became
    assert (expense.calls, expense.prompt_tokens, expense.completion_tokens) == (1, 0, 0)


def test_a_server_that_counts_no_tokens_is_counted_for(tmp_path: Path) -> None:
    """A cap holds for servers too that don't tell what they took."""
    body = json.dumps(
        {"choices": [{"message": {"role": "assistant", "content": json.dumps(GOOD)}}]}
    )
    with (
        serving(lambda handler: handler.send(body.encode())) as server,
        opened(tmp_path, server.url, per_batch=Cap(tokens=3_000)) as memory,
    ):
        taught(memory, failures=5)

    expenses = spent(tmp_path)
    assert all(it.prompt_tokens > 300 and it.completion_tokens for it in expenses)
    assert 1 <= len(server.requests) == len(expenses) < 5


@pytest.mark.parametrize("status", [400, 422])
def test_a_server_without_schemas_is_asked_without(tmp_path: Path, status: int) -> None:
    """The refused field is left out once and for all; it is one call all the same."""
    good = saying(json.dumps(GOOD))
    with serving(refusing(status), good) as server, opened(tmp_path, server.url) as memory:
        taught(memory, failures=2)

    formats = ["response_format" in asked.body for asked in server.requests]
    assert formats == [True, False, False]
    assert [(it.calls, it.became) for it in spent(tmp_path)] == [(2, "lesson"), (1, "lesson")]


def test_a_server_that_refuses_all_is_not_taken_for_one_without_schemas(tmp_path: Path) -> None:
    """A refusal that remains without the field was none of the field: the next has it again."""
    with serving(refusing(400)) as server, opened(tmp_path, server.url) as memory:
        (lesson, *_) = taught(memory, failures=2)

    formats = ["response_format" in asked.body for asked in server.requests]
    assert formats == [True, False, True, False]
    assert lesson.written_by == "built-in, as the model gave no answer"


def spent(folder: Path) -> list[Any]:
    """Read the ledger."""
    store = SqlStore.open(folder)
    try:
        return list(store.expenses(("default",)))
    finally:
        store.close()


def test_everything_is_written_down(tmp_path: Path) -> None:
    """Calls, tokens, money and what came of them, by failure; the batch tells the sum."""
    prices = {"tiny": Price(prompt=10.0, completion=100.0)}
    with (
        serving(saying(json.dumps(GOOD))) as server,
        opened(tmp_path, server.url, prices=prices) as memory,
    ):
        memory.record(success("apple"))
        memory.record(failure("pear"))
        cost = memory.consolidate().cost

    (expense,) = spent(tmp_path)
    assert (expense.calls, expense.prompt_tokens, expense.completion_tokens) == (1, 100, 20)
    assert expense.money == pytest.approx((100 * 10 + 20 * 100) / 1e6)
    assert (cost.model_calls, cost.prompt_tokens, cost.money) == (1, 100, expense.money)
    assert expense.became == "lesson"


@pytest.mark.parametrize(
    ("cap", "asked"),
    [
        (Cap(calls=2), 2),
        (Cap(calls=0), 0),
        (Cap(tokens=10), 0),
        (Cap(money=0.0), 0),
        (Cap(money=10.0), 5),
    ],
)
def test_a_batch_stops_before_its_cap(tmp_path: Path, cap: Cap, asked: int) -> None:
    """What it can't afford waits for the next batch, with the reason; the rest goes on."""
    prices = {"tiny": Price(prompt=10.0, completion=100.0)}
    with (
        serving(saying(json.dumps(GOOD))) as server,
        opened(tmp_path, server.url, per_batch=cap, prices=prices) as memory,
    ):
        memory.record(success("apple"))
        for thing in THINGS:
            memory.record(failure(thing))
        batch = memory.consolidate()

    assert len(server.requests) == asked
    assert len(batch.demonstrations) == 1
    assert (len(batch.pending), batch.skipped) == (len(THINGS) - asked, {})
    assert all(why.startswith("left for the next batch: ") for why in batch.pending.values())
    assert batch.cost.model_calls == asked


def test_the_next_batches_take_up_what_was_left(tmp_path: Path) -> None:
    """Two at a time, until all are done; none is asked about twice."""
    with (
        serving(saying(json.dumps(GOOD))) as server,
        opened(tmp_path, server.url, per_batch=Cap(calls=2)) as memory,
    ):
        taught(memory, failures=5)
        left = [len(memory.consolidate().pending) for _ in range(3)]
        lessons = [item for item in memory.items() if isinstance(item, Lesson)]

    assert left == [1, 0, 0]
    assert len(server.requests) == 5
    assert sorted(name for it in lessons for name in it.episode_ids) == sorted(
        it.episode_id for it in spent(tmp_path)
    )


def test_a_day_has_a_cap_of_its_own(tmp_path: Path) -> None:
    """Batches of any process share it; the next day, by the memory's clock, it is whole again."""
    now = [datetime(2026, 3, 1, 23, 0, tzinfo=UTC)]
    with serving(saying(json.dumps(GOOD))) as server:
        for hour, expected in ((23, 2), (23, 2), (24 + 1, 4)):
            now[0] = datetime(2026, 3, 1 + hour // 24, hour % 24, 0, tzinfo=UTC)
            cap = Cap(calls=2)
            with opened(tmp_path, server.url, per_day=cap, clock=lambda: now[0]) as memory:
                taught(memory, failures=5)
            assert len(server.requests) == expected


def test_money_without_a_price_is_not_spent(tmp_path: Path) -> None:
    """A cap on money can't hold for a model whose price nobody told."""
    with (
        serving(saying(json.dumps(GOOD))) as server,
        opened(tmp_path, server.url, per_batch=Cap(money=1.0)) as memory,
    ):
        memory.record(success("apple"))
        memory.record(failure("pear"))
        (why,) = memory.consolidate().pending.values()

    assert "no price" in why
    assert server.requests == []


def test_show_tells_the_costs(tmp_path: Path) -> None:
    """By batch and by day with the caps, and for one lesson what it cost and why it fell back."""
    prices = {"tiny": Price(prompt=10.0, completion=100.0)}
    spending = {"prices": prices, "currency": "EUR", "per_batch": Cap(calls=2, money=7)}
    bad = json.dumps({**GOOD, "advice": "Use the table."})
    with (
        serving(saying(json.dumps(GOOD)), saying(bad)) as server,
        opened(tmp_path, server.url, unite=False, **spending) as memory,
    ):
        lesson, fallen = sorted(taught(memory, failures=3), key=lambda it: it.written_by != "tiny")

    def told(*arguments: str) -> str:
        result = CliRunner().invoke(commands, ["show", "--memory", str(tmp_path), *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    table = told("--costs")
    assert "0.006" in table
    assert "EUR" in table
    assert "caps: 2 calls a batch, 7 EUR a batch" in table
    assert "1 failures are left for the next batch: the cap of 2 calls a batch" in table
    costs = json.loads(told("--costs", "--json"))
    assert costs["total"]["cost"]["model_calls"] == 2
    assert costs["total"]["lessons"] == 2
    assert costs["became"] == {"lesson": 1, "fell back, refused": 1}
    assert json.loads(told(lesson.id, "--costs", "--json"))["total"]["cost"]["money"] == 0.003
    assert "fell back, refused: the distiller's draft names 'table'" in told(fallen.id)
    assert "it cost 1 calls, 100 tokens read and 20 written" in told(lesson.id)
    assert "written by tiny" in told(lesson.id)


def test_lessons_of_one_mistake_are_one_however_they_are_worded(tmp_path: Path) -> None:
    """Other words of a model for the same mistake make no further lesson."""
    other = json.dumps({**GOOD, "mistake": "The run forgot to wash <A>."})
    with (
        serving(saying(json.dumps(GOOD)), saying(other)) as server,
        opened(tmp_path, server.url) as memory,
    ):
        lessons = taught(memory, failures=4)

    assert [len(it.episode_ids) for it in lessons] == [4]
    assert lessons[0].mistake == "The run forgot to wash <A>."


def test_a_slow_model_keeps_the_lease(tmp_path: Path) -> None:
    """A batch that lasts longer than its lease is not taken over as long as it goes on asking."""
    minutes = iter(range(100_000))
    start = datetime(2026, 3, 1, tzinfo=UTC)
    others: list[int] = []

    def looking(handler: Handler) -> None:
        store = SqlStore.open(tmp_path)
        at = start + timedelta(minutes=next(minutes))
        others.append(len(store.claim(("default",), holder="other", at=at, lease_seconds=1)))
        store.close()
        saying(json.dumps(GOOD))(handler)

    def clock() -> datetime:
        return start + timedelta(minutes=next(minutes))

    with serving(looking) as server, opened(tmp_path, server.url, clock=clock) as memory:
        lessons = taught(memory, failures=len(THINGS))

    assert next(minutes) > 10
    assert others == [0] * len(THINGS)
    assert lessons


KILLED = """
import os, sys
from tests.memory.test_model_distiller import opened, taught
from skillmem.stores import batches
batches.commit = lambda *_: os._exit(9)
taught(opened(sys.argv[1], sys.argv[2]))
"""


def test_what_was_paid_for_outlives_a_kill(tmp_path: Path) -> None:
    """Spending and reply are on disk before the batch is, and the next one asks no second time."""
    with serving(saying(json.dumps(GOOD))) as server:
        command = [sys.executable, "-c", KILLED, str(tmp_path), server.url]
        code = subprocess.run(command, check=False).returncode
        (before,) = spent(tmp_path)
        later = datetime.now(UTC) + timedelta(hours=1)
        with opened(tmp_path, server.url, clock=lambda: later) as memory:
            batch = memory.consolidate()

    assert (code, before.became) == (9, "lesson")
    assert [it.mistake for it in batch.lessons] == [GOOD["mistake"]]
    assert (len(server.requests), batch.cost.model_calls) == (1, 0)
    assert spent(tmp_path) == [before]


CUT = """
import os, sys
from tests.memory.test_model_distiller import opened, taught
from skillmem.llms import ChatServer
ChatServer.complete = lambda *_, **__: os._exit(9)
taught(opened(sys.argv[1], sys.argv[2]))
"""


def test_what_was_asked_by_a_process_that_died_counts(tmp_path: Path) -> None:
    """Nobody knows what a question without an answer took: the most that it can counts."""
    day = Cap(calls=2)
    with serving(saying(json.dumps(GOOD))) as server:
        command = [sys.executable, "-c", CUT, str(tmp_path), server.url]
        code = subprocess.run(command, check=False).returncode
        (asked,) = spent(tmp_path)
        later = datetime.now(UTC) + timedelta(minutes=11)
        for at, calls in ((later, 0), (later + timedelta(days=1), 1)):
            with opened(tmp_path, server.url, per_day=day, clock=lambda at=at: at) as memory:
                memory.consolidate()
            assert len(server.requests) == calls

    assert (code, asked.became, asked.completion_tokens) == (9, "asked", 300)


TOGETHER = """
import sys
from skillmem import Cap
from tests.memory.test_model_distiller import opened, taught
with opened(sys.argv[1], sys.argv[2], per_day=Cap(calls=5)) as memory:
    sys.stdin.readline()
    taught(memory, failures=5)
"""


def test_processes_share_the_cap_of_a_day(tmp_path: Path) -> None:
    """Three that consolidate at the same time make no call more than one may."""
    with serving(saying(json.dumps(GOOD))) as server:
        command = [sys.executable, "-c", TOGETHER, str(tmp_path), server.url]
        started = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(3)
        ]
        for process in started:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        told = [process.communicate(timeout=120)[1] for process in started]

    assert [process.returncode for process in started] == [0, 0, 0], told
    assert len(server.requests) == sum(it.calls for it in spent(tmp_path)) == 5
