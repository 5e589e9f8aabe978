"""Token sequences that share their beginnings, laid out so that each beginning is read once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

ROOT = -1


class Node(NamedTuple):
    """A token after which some sequence goes on: where it stands, what it follows, who needs it.

    `parent` is the place of the node before it, or `ROOT`; `depth` counts from 0; `members`
    are the sequences that lead through it, by number.
    """

    token: int
    parent: int
    depth: int
    members: tuple[int, ...]


class Trie(NamedTuple):
    """Sequences as nodes, parents first.

    `paths` holds, for each sequence, the places whose predictions its tokens are read from:
    token `n` of a sequence is predicted at `paths[sequence][n]`.
    """

    nodes: tuple[Node, ...]
    paths: tuple[tuple[int, ...], ...]


def build_trie(sequences: Sequence[Sequence[int]]) -> Trie:
    """Lay out sequences; a token that nothing follows is no node, as nobody asks what is next."""
    places: dict[tuple[int, ...], int] = {}
    members: list[list[int]] = []
    nodes: list[Node] = []
    paths = []
    for number, sequence in enumerate(sequences):
        place, path = ROOT, [ROOT]
        for depth, token in enumerate(sequence[:-1]):
            beginning = tuple(sequence[: depth + 1])
            if beginning not in places:
                places[beginning] = len(nodes)
                nodes.append(Node(token, place, depth, ()))
                members.append([])
            place = places[beginning]
            members[place].append(number)
            path.append(place)
        paths.append(tuple(path[: len(sequence)]))
    return Trie(
        tuple(
            node._replace(members=tuple(found)) for node, found in zip(nodes, members, strict=True)
        ),
        tuple(paths),
    )


def ended(sequences: Sequence[Sequence[int]], end: int) -> list[tuple[int, ...]]:
    """Put `end` behind every sequence that another one goes on from, so that all can be told.

    `go to 1` would else count as part of `go to 10`, and never be the less likely of the two.
    """
    longer = {tuple(sequence[:length]) for sequence in sequences for length in range(len(sequence))}
    return [
        (*sequence, end) if tuple(sequence) in longer else tuple(sequence) for sequence in sequences
    ]
