"""Memory's text, read back: blocks, the goal of each, and what it advises or warns against.

This is the one extractor for every kind of memory. It knows the form of the text (blank lines
between blocks, `> ` before an action, the line after an action is its observation, lines that
are indented go on with the one before) and some words of warning. It reads no headings.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from agents.commands import Command, parse, words_of

GOAL = re.compile(r"Goal:\s*(.+)")
QUOTED = re.compile(r'"([^"]+)"')
WARNINGS = frozenset({"avoid", "don't", "fail", "failed", "fails", "never", "not", "wrong"})


class Block(NamedTuple):
    """One item of memory as a reader sees it: a goal, actions to do, actions not to do."""

    goal: str
    wanted: tuple[Command, ...]
    unwanted: tuple[Command, ...]


@lru_cache(maxsize=512)
def extract(memory: str) -> tuple[Block, ...]:
    """Read all blocks that hold an action, in order."""
    blocks = (_block(text.splitlines()) for text in re.split(r"\n\s*\n", memory))
    return tuple(block for block in blocks if block.wanted or block.unwanted)


def _block(lines: list[str]) -> Block:
    goal = ""
    warned = after_action = False
    wanted: list[Command] = []
    unwanted: list[Command] = []
    for line in lines:
        if line.startswith("> "):
            (unwanted if warned else wanted).append(parse(line[2:]))
            after_action = True
        elif line.startswith("  "):
            continue
        elif after_action or line.startswith("#"):
            after_action = False
        elif stated := GOAL.match(line):
            goal = stated[1]
        else:
            quoted = QUOTED.search(line)
            goal = goal or (quoted[1] if quoted else "")
            warned = not WARNINGS.isdisjoint(words_of(QUOTED.sub("", line)))
    return Block(goal, tuple(wanted), tuple(unwanted))
