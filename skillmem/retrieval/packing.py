"""Blocks of text to one text that never exceeds its budget, counted as it will be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from skillmem.config import Config
from skillmem.protocols import TokenCounter
from skillmem.rendering import SEPARATOR, assemble
from skillmem.retrieval.lanes import closed, most_shown
from skillmem.types import Kind, ReceiptLine


class Block(NamedTuple):
    """Something to show: `rungs` are its texts, longest first."""

    id: str
    kind: Kind
    score: float
    rungs: tuple[str, ...]


class Packed(NamedTuple):
    """The text, its exact count, and what became of each block, in the order given."""

    text: str
    tokens: int
    lines: tuple[ReceiptLine, ...]


class _Lane(NamedTuple):
    """One heading and the blocks that may stand below it, best first."""

    heading: str
    blocks: tuple[Block, ...]
    most: int

    @property
    def full(self) -> str:
        """Say why a lane that shows its most takes no more."""
        kind = self.blocks[0].kind
        return f"there are enough {kind}s already" if self.most else closed(kind)


Choice = Mapping[str, int]


def pack(
    blocks: Sequence[Block], *, token_budget: int, counter: TokenCounter, config: Config
) -> Packed:
    """Fill two lanes, demonstrations and lessons, with blocks given best first.

    Each lane has its share; what one leaves the other may use. A block is shown at the
    longest rung that fits, or at a shorter one, or not. `counter.count(text)` equals
    `tokens` and never exceeds `token_budget`. Ids must be distinct.
    """
    packer = _Packer(blocks, counter=counter, config=config)
    choice = packer.fill(max(token_budget, 0))
    text = packer.render(choice)
    tokens = counter.count(text) if text else 0
    while tokens > token_budget and choice:
        choice = packer.back_off(choice)
        text = packer.render(choice)
        tokens = counter.count(text) if text else 0
    return Packed(text, tokens, packer.account(choice, token_budget))


class _Packer:
    """Chooses rungs by costs that add up; only the rendered text is the truth."""

    def __init__(self, blocks: Sequence[Block], *, counter: TokenCounter, config: Config) -> None:
        rendering = config.rendering
        self._blocks = blocks
        self._rendering = rendering
        self._share = config.retrieval.demonstration_share
        self._demonstrations = _Lane(
            rendering.demonstrations_heading,
            tuple(block for block in blocks if block.kind == "demonstration"),
            most_shown("demonstration", config.retrieval),
        )
        self._lessons = _Lane(
            rendering.lessons_heading,
            tuple(block for block in blocks if block.kind != "demonstration"),
            most_shown("lesson", config.retrieval),
        )
        self._cost = cache(lambda text: counter.count(text + SEPARATOR))

    def fill(self, token_budget: int) -> Choice:
        """Choose rungs: demonstrations within their share, lessons, then what is left over.

        The last block has no separator behind it, so the budget is stretched by one.
        """
        if token_budget == 0:
            return {}
        stretched = token_budget + self._cost("")
        share = round(self._share * 1000) * stretched // 1000
        first = self._fill_lane(self._demonstrations, share)
        lessons = self._fill_lane(self._lessons, stretched - self._spent(first))
        demonstrations = self._fill_lane(self._demonstrations, stretched - self._spent(lessons))
        return {**demonstrations, **lessons}

    def _fill_lane(self, lane: _Lane, room: int) -> Choice:
        chosen: dict[str, int] = {}
        for block in lane.blocks:
            if len(chosen) == lane.most:
                break
            left = room - (0 if chosen else self._cost(lane.heading))
            rung = next((n for n, text in enumerate(block.rungs) if self._cost(text) <= left), None)
            if rung is not None:
                chosen[block.id] = rung
                room = left - self._cost(block.rungs[rung])
        return chosen

    def _spent(self, choice: Choice) -> int:
        chosen = [block for block in self._blocks if block.id in choice]
        lanes = (self._demonstrations, self._lessons)
        headings = [
            lane.heading for lane in lanes if any(block.id in choice for block in lane.blocks)
        ]
        texts = [block.rungs[choice[block.id]] for block in chosen]
        return sum(map(self._cost, (*headings, *texts)))

    def render(self, choice: Choice) -> str:
        """Assemble the chosen rungs, each lane in its own order."""
        demonstrations, lessons = (
            [block.rungs[choice[block.id]] for block in lane.blocks if block.id in choice]
            for lane in (self._demonstrations, self._lessons)
        )
        return assemble(demonstrations, lessons, self._rendering)

    def back_off(self, choice: Choice) -> Choice:
        """Shorten the least of the chosen blocks by one rung, or drop it."""
        least = [block for block in self._blocks if block.id in choice][-1]
        rung = choice[least.id] + 1
        rest = {block_id: kept for block_id, kept in choice.items() if block_id != least.id}
        return {**rest, least.id: rung} if rung < len(least.rungs) else rest

    def account(self, choice: Choice, token_budget: int) -> tuple[ReceiptLine, ...]:
        """Say of every block what became of it."""
        lanes = (self._demonstrations, self._lessons)
        full = {
            block.id: lane.full
            for lane in lanes
            if sum(block.id in choice for block in lane.blocks) == lane.most
            for block in lane.blocks
        }
        return tuple(
            self._line(block, choice.get(block.id), _why_not(block, full, token_budget))
            for block in self._blocks
        )

    def _line(self, block: Block, rung: int | None, why_not: str) -> ReceiptLine:
        if rung is None:
            return receipt_line(block.id, block.kind, score=block.score, reason=why_not)
        return ReceiptLine(
            item_id=block.id,
            kind=block.kind,
            decision="shortened" if rung else "kept",
            reason="a longer form did not fit" if rung else "",
            score=block.score,
            tokens=self._cost(block.rungs[rung]),
        )


def receipt_line(item_id: str, kind: Kind, *, score: float, reason: str) -> ReceiptLine:
    """Account for something that is not shown."""
    return ReceiptLine(item_id=item_id, kind=kind, decision="dropped", reason=reason, score=score)


def _why_not(block: Block, full: Mapping[str, str], token_budget: int) -> str:
    if token_budget <= 0:
        return "the budget is zero"
    if block.id in full:
        return full[block.id]
    return f"it does not fit into what is left of {token_budget} tokens"
