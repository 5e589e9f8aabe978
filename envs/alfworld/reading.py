"""What can be read off a game's files without loading the engine, which takes half a second."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from envs.alfworld.games import GOAL_MARK, PddlGame, official_grammar
from envs.household.texts import greeting

FACT = re.compile(r"\(([^():]+)\)")
GOAL = re.compile(r'Your task is to: ((?:[^"\\]|\\.)*)"')

Facts = Mapping[str, frozenset[tuple[str, ...]]]


def goal_sentence(game: PddlGame) -> str | None:
    """Give the sentence that tells the player what to do; nothing if its texts hold none."""
    found = GOAL.search(game.grammar)
    return None if found is None else str(json.loads(f'"{found[1]}"'))


def first_observation(game: PddlGame) -> str | None:
    """Give the engine's first text; nothing where only the engine can tell.

    It can be told for the texts of the official games, when the game begins in the middle of
    the room and each receptacle stands at one place.
    """
    found = GOAL.search(game.grammar)
    if found is None or game.grammar.replace(found[1], GOAL_MARK) != official_grammar():
        return None
    facts = initial_facts(game.problem)
    standing = sorted(facts["receptacleatlocation"])
    names = readable_names(facts)
    receptacles = [receptacle for receptacle, _ in standing]
    if len(set(receptacles)) < len(receptacles) or not names.keys() >= set(receptacles):
        return None
    if {place for _, place in standing} & {place for _, place in facts["atlocation"]}:
        return None
    return greeting([names[receptacle] for receptacle in receptacles], str(goal_sentence(game)))


def initial_facts(problem: str) -> Facts:
    """Read the facts of a problem's initial state, by predicate, in lower case."""
    start, end = problem.index("(:init"), problem.index("(:goal")
    facts: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for fact in FACT.findall(problem[start:end].lower()):
        predicate, *arguments = fact.split()
        facts[predicate].add(tuple(arguments))
    return defaultdict(frozenset, {name: frozenset(found) for name, found in facts.items()})


def readable_names(facts: Facts) -> dict[str, str]:
    """Name every entity as ALFWorld does: of each kind, the last internal name is number 1."""
    entities = {name for found in facts.values() for fact in found for name in fact}
    kinds = {name: _kind(name) for name in sorted(entities) if "_bar_" in name}
    left = Counter(kinds.values())
    names = {}
    for name, kind in kinds.items():
        names[name] = f"{kind} {left[kind]}"
        left[kind] -= 1
    return names


def _kind(name: str) -> str:
    return name.partition("_bar_")[0] + "basin" * ("basin" in name)


def readable(commands: Iterable[str], game: PddlGame) -> tuple[str, ...]:
    """Translate commands in internal names, such as official walkthroughs are."""
    names = readable_names(initial_facts(game.problem))
    return tuple(" ".join(names.get(w, w) for w in command.split()) for command in commands)


def signature(game: PddlGame) -> str:
    """Digest what makes two games the same: the goal and the initial state."""
    facts = initial_facts(game.problem)
    listed = [[name, *fact] for name, found in sorted(facts.items()) for fact in sorted(found)]
    text = json.dumps([goal_sentence(game), listed], separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
