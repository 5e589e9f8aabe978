"""A command is shown as a reader would write it."""

from __future__ import annotations

import pytest

from benchmarks.documenting.commands import shown_command, shown_machine, without_folders, wrapped
from benchmarks.documenting.needs import needs
from skillmem.evals.results import Machine
from tests.benchmarks.samples import COMMAND, some_results

LONG = "skillmem bench --env envs.household:make --agent agents.case_based:make"


def test_a_command_writes_where_the_reader_is_told() -> None:
    """Its folder is the run's, its model the one that `make models` fetches."""
    assert shown_command(COMMAND, name="small") == (
        "skillmem bench --env envs.household:make --agent agents.lm_ranking:make --agent-option "
        "model=~/.cache/skillmem/models/gemma-3-270m-q4_k_m.gguf --out bench-out/small"
    )


def test_what_is_no_option_of_the_figures_stays() -> None:
    """All else is shown as it was given, commas and quotes included."""
    command = f"{LONG} --env-option 'params=numLocations=3,x=0' --budget 200,unlimited --out 'a b'"

    assert shown_command(command, name="it") == (
        f"{LONG} --env-option 'params=numLocations=3,x=0' --budget 200,unlimited --out bench-out/it"
    )


def test_how_long_one_call_was_is_left_out() -> None:
    """A run that went on keeps the time of its last call, which tells nothing of the run."""
    assert shown_command(f"{LONG} --time-budget 0.01 --renew --out a", name="it") == (
        f"{LONG} --out bench-out/it"
    )


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("model=/srv/x/tiny.gguf", "model=~/.cache/skillmem/models/tiny.gguf"),
        ("data=/root/alfworld/json", "data=~/alfworld/json"),
        ("data=/Users/ann/alfworld", "data=~/alfworld"),
        ("data=/mnt/disk/games", "data=/path/to/games"),
        ('"model": "/home/a/b/tiny.gguf",', '"model": "~/.cache/skillmem/models/tiny.gguf",'),
        ("base_url=http://127.0.0.1:8080/v1", "base_url=http://127.0.0.1:8080/v1"),
        ("two-way; min(builds, tasks)/2", "two-way; min(builds, tasks)/2"),
        ("~/.cache/skillmem/models/x.gguf", "~/.cache/skillmem/models/x.gguf"),
        ("boil/test/21", "boil/test/21"),
    ],
)
def test_folders_of_a_machine_are_not_shown(given: str, shown: str) -> None:
    """Absolute paths lose them; what is none stays."""
    assert without_folders(given) == shown


def test_long_commands_are_broken_between_options() -> None:
    """An option stays with its value, and joined again the command is the same."""
    command = f"{LONG} --split valid_unseen --builds 10 --seeds 2 --out bench-out/household"

    lines = wrapped(command).split(" \\\n")

    assert " ".join(line.strip() for line in lines) == command
    assert len(lines) == 2
    assert all(line.startswith("  --") for line in lines[1:])


def test_a_machine_is_told_without_its_kernel() -> None:
    """The system, the processor and the cores are enough."""
    machine = Machine(system="Linux-6.1-special", processor="x86_64", cores=1)

    assert shown_machine(machine) == "Linux, x86_64, 1 core"


def test_what_a_run_needs_is_named() -> None:
    """A model's run says how to fetch it."""
    assert list(needs(some_results().run.plan)) == [
        "`.venv/bin/pip install '.[llama]'`",
        "`make models MODELS=gemma-3-270m`",
    ]
