"""What the engine does again and again, done once.

At every step the engine parses the same snippets of its grammar, and at every start it
translates the same problem from PDDL, four times over. Each is a function of its text alone,
so remembering the answers changes none of them. For every symbol of a text it copies, in
depth, what is known about the things it names, though it only ever reads that: here a copy
shares them. The engine is as it was again outside of `remembered`.
"""

from __future__ import annotations

import copy
import pickle
import sys
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from typing import Any

import fast_downward
from textworld.envs.pddl import textgen
from textworld.logic import Rule

MOST_TRANSLATIONS = 512
"""A translation takes about 80 kB."""

MOST_SNIPPETS = 4096

_ALONE = threading.RLock()
_translate = fast_downward.pddl2sas
_parse = textgen._parse_and_convert  # noqa: SLF001 (the parser has no public name)


@contextmanager
def remembered(*, planning: bool = False) -> Iterator[None]:
    """Let the engine remember within this block, alone in this process.

    Without `planning`, the second translation, which only the planner needs, is spared.
    What the translator changes for the whole process is put back.
    """

    def translate(domain: str, problem: str, *, optimize: bool = False, **_: Any) -> Any:
        packed = _translated(domain, problem, optimize=optimize and planning)
        return pickle.loads(zlib.decompress(packed))  # noqa: S301 (packed below)

    with _ALONE, ExitStack() as stack:
        for owner, name, value in (
            (sys, "argv", sys.argv),
            (fast_downward, "pddl2sas", translate),
            (textgen, "_parse_and_convert", _parsed_afresh),
            (textgen, "Rule", _Rules),
            (textgen, "copy_context", _copied),
        ):
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)
        yield


@lru_cache(maxsize=MOST_TRANSLATIONS)
def _translated(domain: str, problem: str, *, optimize: bool) -> bytes:
    return zlib.compress(pickle.dumps(_translate(domain, problem, optimize=optimize)), 1)


def _parsed_afresh(text: str, **options: Any) -> Any:
    """Give symbols of one's own: the engine writes into them."""
    return copy.deepcopy(_parsed(text, tuple(sorted(options.items()))))


@lru_cache(maxsize=MOST_SNIPPETS)
def _parsed(text: str, options: tuple[tuple[str, Any], ...]) -> Any:
    return _parse(text, **dict(options))


def _copied(context: Mapping[str, Any]) -> dict[str, Any]:
    """Copy a context so that its names can be bound anew, and nothing else."""
    own = {"variables": dict(context["variables"]), "mapping": dict(context["mapping"])}
    return {**context, **own}


class _Rules:
    """Stands for the engine's `Rule`, of which its texts use one function."""

    parse_conjunctive_query = staticmethod(
        lru_cache(maxsize=MOST_SNIPPETS)(Rule.parse_conjunctive_query)
    )
