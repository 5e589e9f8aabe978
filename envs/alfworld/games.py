"""A game as ALFWorld's engine reads it, and the official ones that come with the repository."""

from __future__ import annotations

import json
import lzma
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from envs.household.library import SPLITS, Split
from skillmem.types import Record

GOAL_MARK = "@GOAL@"


class PddlGame(Record):
    """One game: the rules, the texts with its goal sentence in them, where it begins."""

    id: str
    domain: str
    grammar: str
    problem: str

    def content(self, *, walkthrough: tuple[str, ...] = ()) -> dict[str, object]:
        """Give what a file `game.tw-pddl` holds, as JSON."""
        return {
            "pddl_domain": self.domain,
            "grammar": self.grammar,
            "pddl_problem": self.problem,
            "solvable": True,
            "walkthrough": list(walkthrough),
        }


def with_our_rules(game_id: str, *, goal: str, problem: str) -> PddlGame:
    """Make a game of a problem, with the rules and texts that all official games have."""
    quoted = json.dumps(goal, ensure_ascii=False)[1:-1]
    return PddlGame(
        id=game_id,
        domain=_text("domain.pddl"),
        grammar=official_grammar().replace(GOAL_MARK, quoted),
        problem=problem,
    )


def official_grammar() -> str:
    """Give the texts of all official games; `GOAL_MARK` stands for the goal sentence."""
    return _text("grammar.twl2")


def official_problem(game_id: str) -> str | None:
    """Give the PDDL problem of an official game; nothing if there is no such game."""
    found = (_problems(split).get(game_id) for split in SPLITS)
    return next((problem for problem in found if problem is not None), None)


@cache
def _problems(split: Split) -> Mapping[str, str]:
    lines = lzma.decompress(_bytes(f"{split}.jsonl.xz")).splitlines()
    rows = (json.loads(line) for line in lines)
    return MappingProxyType({row["id"]: row["problem"] for row in rows})


@cache
def _text(name: str) -> str:
    return _bytes(name).decode()


def _bytes(name: str) -> bytes:
    return resources.files("envs.alfworld").joinpath("data", name).read_bytes()
