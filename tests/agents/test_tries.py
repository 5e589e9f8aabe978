"""Token sequences that share their beginnings."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agents.tries import ROOT, build_trie, ended

SEQUENCES = st.lists(
    st.lists(st.integers(1, 4), min_size=1, max_size=6), min_size=1, max_size=12, unique_by=tuple
)
END = 0


def beginning(trie_nodes: Sequence[tuple[int, int]], place: int) -> tuple[int, ...]:
    """Read the tokens that lead to a place."""
    tokens: list[int] = []
    while place != ROOT:
        token, place = trie_nodes[place]
        tokens.append(token)
    return tuple(reversed(tokens))


@given(SEQUENCES)
def test_every_token_is_predicted_after_what_stands_before_it(sequences: list[list[int]]) -> None:
    """Token `n` of a sequence is read at the place to which its first `n` tokens lead."""
    trie = build_trie(sequences)
    nodes = [(node.token, node.parent) for node in trie.nodes]

    for sequence, path in zip(sequences, trie.paths, strict=True):
        assert [beginning(nodes, place) for place in path] == [
            tuple(sequence[:count]) for count in range(len(sequence))
        ]


@given(SEQUENCES)
def test_each_beginning_is_read_once_and_no_last_token_is(sequences: list[list[int]]) -> None:
    """There are as many nodes as different proper beginnings, and parents stand before children."""
    trie = build_trie(sequences)
    beginnings = {
        tuple(sequence[:count]) for sequence in sequences for count in range(1, len(sequence))
    }

    assert len(trie.nodes) == len(beginnings)
    assert all(node.parent < place for place, node in enumerate(trie.nodes))
    for place, node in enumerate(trie.nodes):
        assert node.members == tuple(
            number for number, path in enumerate(trie.paths) if place in path
        )


@given(SEQUENCES)
def test_no_sequence_begins_another_once_ended(sequences: list[list[int]]) -> None:
    """What another one goes on from is ended, and nothing else is."""
    told = ended(sequences, END)

    for one in told:
        assert not any(other[: len(one)] == one for other in told if other is not one)
    for before, after in zip(sequences, told, strict=True):
        assert after in (tuple(before), (*before, END))
        goes_on = any(other[: len(before)] == before and other != before for other in sequences)
        assert (len(after) > len(before)) == goes_on
