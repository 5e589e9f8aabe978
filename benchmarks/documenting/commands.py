"""A run's command as a reader would write it: without the folders of the machine it ran on."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from skillmem.evals.results import Machine

MODELS = "~/.cache/skillmem/models"
"""Where `make models` keeps them."""
OUT = "bench-out"
FOLDER = re.compile(r"(?<![\w/:.~])(?:/[\w.+@-]+){2,}/?")
HOME = re.compile(r"^/(?:root|home/[^/]+|Users/[^/]+)/")
OPTION = re.compile(r" --(?=\w)")
WIDTH = 94
WRITTEN_TO = re.compile(r"--out[ =]('[^']*'|\S+)")
FOR_ME_ONLY = re.compile(r" --renew\b| --time-budget[ =]\S+")
"""What doesn't say what was played: a run of several calls keeps the last one's time."""


def shown_command(command: str, *, name: str) -> str:
    """Give the command that makes the run called `name` again."""
    shown = FOR_ME_ONLY.sub("", WRITTEN_TO.sub("", command))
    return f"{' '.join(without_folders(shown).split())} --out {OUT}/{name}"


def without_folders(text: str) -> str:
    """Write paths as they are on everybody's machine.

    Models stand in the cache of `make models`, what lay at home begins with `~`, and of any
    other absolute path only the last name is left.
    """
    return FOLDER.sub(lambda found: _anywhere(found.group()), text)


def _anywhere(path: str) -> str:
    last = PurePosixPath(path).name
    if last.endswith(".gguf"):
        return f"{MODELS}/{last}"
    return HOME.sub("~/", path) if HOME.match(path) else f"/path/to/{last}"


def wrapped(command: str) -> str:
    """Break a command into lines, each option kept with its value."""
    lines = [""]
    for option in OPTION.sub("\n--", command).split("\n"):
        joined = f"{lines[-1]} {option}".strip() if len(lines) == 1 else f"{lines[-1]} {option}"
        if lines[-1] and len(joined) > WIDTH:
            lines.append(f"  {option}")
        else:
            lines[-1] = joined
    return " \\\n".join(lines)


def shown_machine(machine: Machine) -> str:
    """Describe a machine without its kernel's name."""
    system = machine.system.partition("-")[0]
    return f"{system}, {machine.processor}, {machine.cores} core{'' if machine.cores == 1 else 's'}"
