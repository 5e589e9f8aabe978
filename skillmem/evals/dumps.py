"""`memory/`: what each arm of each build could show, as JSON lines and as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Literal

from skillmem.dump import EXHIBIT, dump_jsonl, dump_markdown, fenced, replace_file
from skillmem.evals.builds import exhibits
from skillmem.evals.collection import NAMESPACE, Bench
from skillmem.evals.folder import RunFolder, write_records
from skillmem.evals.forms import Piece
from skillmem.stores import SqlStore
from skillmem.types import Kind, Record

WHOLE_MEMORY = "asymmetric"
README = """\
# What each arm of each build could show

- `asymmetric.jsonl` is a build's whole memory, as `skillmem dump` writes it. To look into it:
  `skillmem load build-00/asymmetric.jsonl --memory ./looked-into --namespace default`, then
  `skillmem show --memory ./looked-into`. It is there if that arm was played.
- `asymmetric.md` is the same, to read.
- `ARM.texts.jsonl` and `ARM.md` hold the texts that another arm could show, at every length and
  at the longest. They are for reading, by a program or by you; they can't be loaded.
"""


class Exhibit(Record):
    """Something an arm could show, at every length it has, longest first."""

    record: Literal["exhibit"] = EXHIBIT
    id: str
    kind: Kind
    masked_goal: str
    goal: str
    episode_ids: tuple[str, ...]
    texts: tuple[str, ...]


def dump_build(bench: Bench, folder: RunFolder, build: int) -> None:
    """Write a build's dumps. That of `asymmetric` is the complete memory, to be loaded again."""
    target = folder.memory_folder / f"build-{build:02d}"
    target.mkdir(parents=True, exist_ok=True)
    replace_file(folder.memory_folder / "README.md", [README])
    for arm in bench.plan.arms:
        if arm == WHOLE_MEMORY:
            _dump_memory(folder.build_folder(build), target / arm)
        else:
            _dump_pieces(arm, exhibits(bench, folder, build=build, arm=arm), target)


def _dump_memory(build_folder: Path, stem: Path) -> None:
    with closing(SqlStore.open(build_folder / "memory")) as store:
        dump_jsonl(store, NAMESPACE, stem.with_suffix(".jsonl"))
        dump_markdown(store, NAMESPACE, stem.with_suffix(".md"))


def _dump_pieces(arm: str, pieces: Sequence[Piece], target: Path) -> None:
    write_records(target / f"{arm}.texts.jsonl", map(_exhibit, pieces))
    replace_file(target / f"{arm}.md", _markdown(arm, pieces))


def _exhibit(piece: Piece) -> Exhibit:
    return Exhibit(
        id=piece.rankable.id,
        kind=piece.rankable.kind,
        masked_goal=piece.rankable.goal,
        goal=piece.goal,
        episode_ids=piece.episode_ids,
        texts=piece.rungs,
    )


def _markdown(arm: str, pieces: Sequence[Piece]) -> Iterator[str]:
    yield f"# What the arm `{arm}` could show\n\n"
    yield f"{len(pieces)} texts, each at its longest.\n"
    for piece in pieces:
        yield f"\n## {piece.rankable.kind} {piece.rankable.id}\n\n"
        yield f"From {', '.join(piece.episode_ids)}.\n\n"
        yield fenced(piece.rungs[0])
