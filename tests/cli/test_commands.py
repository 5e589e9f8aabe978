"""Each command does what its help says, and answers programs in JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from skillmem import Demonstration, SkillMemory, Task
from skillmem.errors import StoreUnavailable
from skillmem.stores import SqlStore
from tests.cli.conftest import Call, won

KITCHEN = ("--memory", "kitchen", "--namespace", "acme/cook")

pytestmark = pytest.mark.usefixtures("kitchen")


def test_show_gives_figures_and_items(call: Call) -> None:
    """The overview counts episodes and reasons, and lists what is shown."""
    result = call("show", *KITCHEN)

    assert result.exit_code == 0
    assert "acme/cook, version 1" in result.stdout
    assert "skipped: " in result.stdout
    assert "demonstration" in result.stdout


def test_show_in_json(call: Call) -> None:
    """The same figures, for programs."""
    counts = json.loads(call("show", *KITCHEN, "--json").stdout)

    assert (counts["episodes"], counts["judged"]) == (4, 3)
    assert (counts["consolidated"], counts["skipped"], counts["waiting"]) == (2, 1, 1)
    assert counts["items"]["demonstration"]["shown"] == len(counts["shown"]) >= 1


def test_show_in_json_names_the_items(call: Call, kitchen: Path) -> None:
    """A program learns the ids by which it can ask for more."""
    with SkillMemory.open(kitchen, namespace=("acme", "cook")) as memory:
        ids = [item.id for item in memory.items()]

    shown = json.loads(call("show", *KITCHEN, "--json").stdout)["shown"]

    assert [item["id"] for item in shown] == ids
    assert all(item["goal"].startswith("put a clean ") for item in shown)


def test_show_has_no_empty_table(call: Call, tmp_path: Path) -> None:
    """Where nothing was learnt yet no items are announced."""
    with SkillMemory.open(tmp_path / "young") as memory:
        memory.record(won("alone", "kiwi"))

    result = call("show", "--memory", "young")

    assert result.exit_code == 0
    assert "default, version 0" in result.stdout
    assert "What it shows" not in result.stdout


def test_show_an_item_by_the_beginning_of_its_id(call: Call, kitchen: Path) -> None:
    """An item is shown as an agent reads it, with the episodes it came from."""
    with SkillMemory.open(kitchen, namespace=("acme", "cook")) as memory:
        item = next(memory.items())

    result = call("show", item.id[:12], *KITCHEN)

    assert result.exit_code == 0
    assert "> clean " in result.stdout
    assert all(name in result.stdout for name in item.episode_ids)
    answer = call("show", item.id, *KITCHEN, "--json").stdout
    assert Demonstration.model_validate_json(answer) == item


def test_show_an_episode(call: Call) -> None:
    """An episode is shown with its verdicts and what became of it."""
    result = call("show", "waiting", *KITCHEN)

    assert result.exit_code == 0
    assert "pending" in result.stdout
    assert "success, says environment kitchen" in result.stdout
    assert "> clean fig 1 with sink 1\nYou clean the fig 1." in result.stdout
    assert json.loads(call("show", "waiting", *KITCHEN, "--json").stdout)["state"] == "pending"


def test_retrieve_prints_text_and_receipt(call: Call) -> None:
    """What the prompt would get, exactly, and why."""
    goal = "put a clean grape in fridge."

    result = call("retrieve", goal, *KITCHEN, "--budget", "300")

    assert result.exit_code == 0
    assert "> clean " in result.stdout
    assert "of 300 tokens, version 1" in result.stdout


def test_retrieve_answers_though_no_receipt_can_be_kept(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer comes first; that its receipt is lost is a warning."""

    def read_only(*_: object) -> None:
        raise StoreUnavailable("attempt to write a readonly database")

    monkeypatch.setattr(SqlStore, "put_retrievals", read_only)

    result = call("retrieve", "put a clean kiwi in fridge.", *KITCHEN)

    assert result.exit_code == 0
    assert "> clean" in result.stdout
    assert "Warning: the receipt isn't kept: attempt to write" in result.stderr


def test_ids_reach_the_terminal_escaped(call: Call, tmp_path: Path) -> None:
    """A recorded id can't act on the terminal that shows it."""
    hostile = "one\x1b[31m\nExtra: line"
    with SkillMemory.open(tmp_path / "hostile") as memory:
        memory.record(won(hostile, "apple"))
        memory.record(won("two", "pear"))
        memory.consolidate()
        items = [item.id for item in memory.items()]

    shown = [call("show", name, "--memory", "hostile") for name in ("one", "", *items)]
    shown.append(call("show", "zzz", "--memory", "hostile"))

    assert all("\x1b" not in answer.output for answer in shown)
    assert all("\nExtra:" not in answer.output for answer in shown)


def test_a_line_with_half_a_surrogate_pair_is_loaded(call: Call, tmp_path: Path) -> None:
    """Such a text is mended with a warning, not refused."""
    (tmp_path / "odd.jsonl").write_text('{"id": "odd", "task": {"goal": "a \\ud83d goal"}}\n')

    with pytest.warns(UnicodeWarning, match="lone surrogates"):
        result = call("load", "odd.jsonl", "--memory", "odd")

    assert result.exit_code == 0, result.output
    assert "1 episodes (1 new)" in result.stdout


def test_retrieve_in_json_is_the_retrieval(call: Call, kitchen: Path) -> None:
    """A program gets the very record that the library gives."""
    goal = "put a clean grape in fridge."
    with SkillMemory.open(kitchen, namespace=("acme", "cook")) as memory:
        expected = memory.retrieve(Task(goal=goal, observation="a kitchen"), token_budget=300)

    result = call(
        "retrieve", goal, "--observation", "a kitchen", "--budget", "300", *KITCHEN, "--json"
    )

    answer = json.loads(result.stdout)
    assert answer["text"] == expected.text
    assert answer["receipt"] == json.loads(expected.receipt.model_dump_json())


def test_retrieve_with_nothing_to_show(call: Call) -> None:
    """A budget of zero is no error."""
    result = call("retrieve", "put a clean grape in fridge.", *KITCHEN, "--budget", "0")

    assert result.exit_code == 0
    assert "nothing fits" in result.stdout


def test_retrieve_ends_with_the_text(call: Call, tmp_path: Path) -> None:
    """The text comes last; of what is not in it there is one line for each reason."""
    with SkillMemory.open(tmp_path / "full") as memory:
        for number in range(9):
            memory.record(won(f"e{number}", f"{'abcdefghi'[number]}pple"))
        memory.consolidate()
    ask = ("retrieve", "put a clean grape in fridge.", "--memory", "full", "--budget", "200")
    answer = json.loads(call(*ask, "--json").stdout)
    left = [line for line in answer["receipt"]["lines"] if line["decision"] == "dropped"]
    reasons = {line["reason"] for line in left}

    printed = call(*ask).stdout

    assert printed.endswith(answer["text"] + "\n")
    assert len(left) > len(reasons) > 0
    assert sum(" dropped: " in line for line in printed.splitlines()) == len(reasons)
    assert len(left) == sum(
        int(found) for found in re.findall(r"^(\d+) dropped", printed, re.MULTILINE)
    )


def test_retrieve_from_an_empty_memory(call: Call, tmp_path: Path) -> None:
    """Without candidates there is no table, only the figures and that nothing helps."""
    SkillMemory.open(tmp_path / "young", namespace=("a",)).close()
    with SkillMemory.open(tmp_path / "young", namespace=("a",)) as memory:
        memory.record(won("alone", "kiwi"))

    result = call("retrieve", "water it", "--memory", "young", "--namespace", "a")

    assert result.stdout == "0 of 800 tokens, version 0\n\n(nothing fits or helps)\n"


@pytest.mark.parametrize(
    ("words", "opening"),
    [
        (("--out", "m.md"), "# Memory of acme/cook"),
        (("--out", "m.MARKDOWN"), "# Memory of acme/cook"),
        (("--out", "m.jsonl"), '{"record":"skillmem-dump"'),
        (("--out", "m.txt"), '{"record":"skillmem-dump"'),
        (("--out", "m.md", "--format", "jsonl"), '{"record":"skillmem-dump"'),
        (("--out", "m.jsonl", "--format", "markdown"), "# Memory of acme/cook"),
    ],
)
def test_a_dump_is_of_the_kind_its_name_says(
    words: tuple[str, ...], opening: str, call: Call, tmp_path: Path
) -> None:
    """The ending tells the format, unless --format does."""
    assert call("dump", *KITCHEN, *words).exit_code == 0

    assert (tmp_path / words[1]).read_text(encoding="utf-8").startswith(opening)


def test_consolidate_tells_what_came_of_it(call: Call) -> None:
    """What waited becomes memory, and a second call finds nothing."""
    result = call("consolidate", *KITCHEN)

    assert result.exit_code == 0
    assert "demonstrations" in result.stdout
    assert "seconds" in result.stdout
    assert json.loads(call("show", *KITCHEN, "--json").stdout)["waiting"] == 0
    assert json.loads(call("consolidate", *KITCHEN, "--json").stdout)["demonstrations"] == []
    assert call("consolidate", *KITCHEN).stdout.startswith("nothing new to learn from; version ")


def test_a_loaded_dump_gives_the_same_retrievals(call: Call, kitchen: Path, tmp_path: Path) -> None:
    """Text, decisions and version are those of the memory that was dumped."""
    assert call("dump", *KITCHEN, "--out", "memory.jsonl").exit_code == 0
    assert call("load", "memory.jsonl", "--memory", "copy").exit_code == 0

    for goal in ("put a clean grape in fridge.", "clean the pear", "water the plant", "fridge"):
        task = Task(goal=goal)
        answers = []
        for location in (kitchen, tmp_path / "copy"):
            with SkillMemory.open(location, namespace=("acme", "cook")) as memory:
                retrieval = memory.retrieve(task, token_budget=200)
            answers.append(retrieval.model_dump(exclude={"id"}))
        assert answers[0] == answers[1]


def test_dump_to_standard_output_and_back(call: Call, tmp_path: Path) -> None:
    """What is printed is the dump; loading it again gives the same print."""
    printed = call("dump", *KITCHEN).stdout
    (tmp_path / "printed.jsonl").write_text(printed, encoding="utf-8")

    result = call("load", "printed.jsonl", "--memory", "copy", "--json")

    assert json.loads(result.stdout)[0]["episodes"] == 4
    assert call("dump", "--memory", "copy", "--namespace", "acme/cook").stdout == printed


def test_dump_every_namespace(call: Call, kitchen: Path) -> None:
    """`--all` dumps what other namespaces hold too."""
    with SkillMemory.open(kitchen, namespace=("other",)) as memory:
        memory.record(won("alone", "kiwi"))

    printed = call("dump", "--memory", "kitchen", "--all", "--format", "markdown").stdout

    assert "# Memory of acme/cook\n" in printed
    assert "# Memory of other\n" in printed


def test_load_episodes_from_elsewhere(call: Call, tmp_path: Path) -> None:
    """JSON lines of episodes are recorded; loading them again changes nothing."""
    lines = [won(f"e{number}", "apple").model_dump_json() for number in range(3)]
    (tmp_path / "episodes.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")

    for new in (3, 0):
        result = call("load", "episodes.jsonl", "--memory", "new", "--namespace", "a")
        said = f"a: 3 episodes ({new} new), 0 items, version 0\n"
        assert (result.exit_code, result.stdout) == (0, said)
    assert (
        json.loads(call("show", "--memory", "new", "--namespace", "a", "--json").stdout)["waiting"]
        == 3
    )
