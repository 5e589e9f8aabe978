"""Do what a document says, in an empty folder: its programs, then its commands.

Every block of Python is run as it stands, in order, all in one folder. Of the shell blocks,
the lines that call `skillmem` on the `./memory` which the programs made are run after them.
A README's first program must be short.

Usage: python scripts/follow_readme.py README.md [docs/….md]
"""

from __future__ import annotations

import contextlib
import re
import shlex
import sys
import tempfile
from pathlib import Path

MOST_LINES = 25
_BLOCK = re.compile(r"^```(python|bash)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def programs(text: str) -> list[str]:
    """Give the blocks of Python."""
    return [body for language, body in _BLOCK.findall(text) if language == "python"]


def calls(text: str) -> list[list[str]]:
    """Give the calls of `skillmem` on `./memory` in the shell blocks."""
    lines = [
        shlex.split(line, comments=True)
        for language, body in _BLOCK.findall(text)
        if language == "bash"
        for line in body.replace("\\\n", " ").splitlines()
    ]
    return [line for line in lines if line[:1] == ["skillmem"] and "./memory" in line]


def follow(document: Path, folder: Path) -> None:
    """Run programs and commands in `folder`, in this process; stop at the first that fails."""
    text = document.read_text(encoding="utf-8")
    sources = programs(text)
    if document.stem == "README":
        assert len(sources[0].splitlines()) < MOST_LINES, f"longer than {MOST_LINES} lines"
    with contextlib.chdir(folder):
        for source in sources:
            exec(compile(source, str(document), "exec"), {"__name__": "__main__"})  # noqa: S102 - as it says
        for words in calls(text):
            call(words)


def call(words: list[str]) -> None:
    """Run the command line in this process; stop when it says no."""
    from skillmem.cli.group import commands

    try:
        commands(words[1:], prog_name=words[0])
    except SystemExit as end:
        if end.code:
            raise


if __name__ == "__main__":
    for path in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as name:
            follow(Path(path).resolve(), Path(name))
