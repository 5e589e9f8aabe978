"""Games in a folder: files named `game.tw-pddl`, at any depth, as ALFWorld's download has them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from envs.alfworld.games import PddlGame
from envs.checks import find_split
from envs.household.library import SPLITS
from skillmem.errors import InvalidOption, UnknownTask

GAME = "game.tw-pddl"
TRAJECTORY = "traj_data.json"
DOWNLOAD = "json_2.1.1"
DIVIDED = ("train", "test")
SHARE = 5
"""Of a folder without splits, one game in so many is for `test`."""
UNSUPPORTED = ("movable", "Sliced")
"""Parts of the names of tasks that ALFWorld leaves out."""


class StoredGame(NamedTuple):
    """A game of a folder: what the engine reads, and what is known beside it.

    The walkthrough is in the engine's internal names.
    """

    game: PddlGame
    label: str
    walkthrough: tuple[str, ...]


class Folder:
    """The solvable games beneath a folder, in splits.

    In ALFWorld's own download the splits are the official ones. In any other folder every
    folder directly beneath that holds games is a split, as soon as one of them is named like an
    official one. A folder without such names is divided: a fifth of its games, at least one, is
    the split `test`, the others are `train`. Which is which is drawn by the games' ids, so it is
    the same everywhere and whenever, as long as no game is added or taken away.

    Raises:
        InvalidOption: there is no such folder.
    """

    def __init__(self, path: Path) -> None:
        download = path / DOWNLOAD
        self._root = download if download.is_dir() else path
        if not self._root.is_dir():
            raise InvalidOption(
                f"there is no folder {str(path)!r}; name one that holds {GAME} files"
            )
        self._roots = _split_folders(self._root)
        self.splits: tuple[str, ...] = tuple(self._roots) or DIVIDED

    def ids(self, split: str) -> tuple[str, ...]:
        """Give the ids of a split's games, sorted: the folders that hold them.

        Raises:
            UnknownSplit: there is no such split.
            InvalidOption: it holds no solvable game.
        """
        find_split(split, self.splits)
        root = self._roots.get(split, self._root)
        ids = _solvable_ids(root)
        if not ids:
            raise InvalidOption(
                f"{str(root)!r} holds no solvable game: no file {GAME} that says so beneath it; "
                "`alfworld-download` fetches the official ones"
            )
        return ids if self._roots else _divided(root, ids, split)

    def fingerprint(self) -> str:
        """Digest the files of all games of all splits, and where they lie."""
        digest = sha256()
        for split, root in (self._roots or {"": self._root}).items():
            for path in _solvable(root):
                digest.update(f"{split}\0{path.relative_to(root).as_posix()}\0".encode())
                for file in (path, path.with_name(TRAJECTORY)):
                    digest.update(_sha256(file))
        return digest.hexdigest()

    def game(self, task_id: str) -> StoredGame:
        """Read a game.

        Raises:
            UnknownTask: no game has that id.
            InvalidOption: its file can't be read, or two splits have it.
        """
        roots = tuple(self._roots.values()) or (self._root,)
        return _read_game(_find(roots, task_id), task_id)


def _split_folders(root: Path) -> dict[str, Path]:
    """Find the folders that are splits, the official ones first; none in a folder without them."""
    official: dict[str, Path] = {split: root / split for split in SPLITS if (root / split).is_dir()}
    if root.name == DOWNLOAD or not official:
        return official
    folders = filter(Path.is_dir, sorted(root.iterdir()))
    return official | {path.name: path for path in folders if any(path.rglob(GAME))}


def _divided(root: Path, ids: tuple[str, ...], split: str) -> tuple[str, ...]:
    """Give one part of the games of a folder without splits."""
    drawn = sorted(ids, key=lambda task_id: sha256(task_id.encode()).digest())
    tested = frozenset(drawn[: -(-len(ids) // SHARE)])
    part = tuple(task_id for task_id in ids if (task_id in tested) == (split == "test"))
    if not part:
        raise InvalidOption(
            f"{str(root)!r} holds {len(ids)} game, for the split 'test', and none is left for "
            f"{split!r}; add games, or a folder named 'train' with some"
        )
    return part


@lru_cache(maxsize=8192)
def _find(roots: tuple[Path, ...], task_id: str) -> Path:
    inside = PurePosixPath(task_id)
    leads_out = inside.is_absolute() or ".." in inside.parts
    found = [
        root / inside / GAME
        for root in roots
        if not leads_out and _is_game(root, root / inside / GAME)
    ]
    if not found:
        raise UnknownTask(
            f"no game has the id {task_id!r}; `suite.tasks(split)` lists those there are"
        )
    if len(found) > 1:
        raise InvalidOption(f"two games have the id {task_id!r}: {found[0]} and {found[1]}")
    return found[0]


@lru_cache(maxsize=8)
def _solvable_ids(root: Path) -> tuple[str, ...]:
    return tuple(path.parent.relative_to(root).as_posix() for path in _solvable(root))


def _solvable(root: Path) -> Iterator[Path]:
    return (path for path in sorted(root.rglob(GAME)) if _is_game(root, path))


def _is_game(root: Path, path: Path) -> bool:
    """Say whether a file is a game that ALFWorld would play."""
    named = path.parent.relative_to(root).as_posix()
    supported = not any(part in named for part in UNSUPPORTED)
    return supported and path.is_file() and bool(_content(path).get("solvable"))


def _sha256(path: Path) -> bytes:
    """Digest a file; nothing if there is none."""
    return sha256(path.read_bytes()).digest() if path.is_file() else b""


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidOption(f"the game {str(path)!r} can't be read: {error}") from error
    if not isinstance(content, dict):
        raise InvalidOption(f"the game {str(path)!r} is no JSON object")
    return content


@lru_cache(maxsize=256)
def _read_game(path: Path, task_id: str) -> StoredGame:
    content = _content(path)
    try:
        game = PddlGame(
            id=task_id,
            domain=content["pddl_domain"],
            grammar=content["grammar"],
            problem=content["pddl_problem"],
        )
    except (KeyError, ValueError) as error:
        raise InvalidOption(f"the game {str(path)!r} is incomplete: {error}") from error
    return StoredGame(game, _label(path, task_id), tuple(content.get("walkthrough") or ()))


def _label(path: Path, task_id: str) -> str:
    """Give the type of a task: as its trajectory says, else as its id begins."""
    trajectory = path.with_name(TRAJECTORY)
    if trajectory.is_file():
        return str(_content(trajectory).get("task_type", ""))
    return task_id.partition("-")[0]
