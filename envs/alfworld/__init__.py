"""ALFWorld's text games in ALFWorld's own engine.

    suite = make()
    env = suite.open(suite.tasks("valid_unseen")[0])
    observation, info = env.reset()

The engine is to be installed beside this repository; 474 official games come with it, and a
folder of others can be named.
"""

from __future__ import annotations

import os
from pathlib import Path

from envs.alfworld.engine import DATA_VARIABLE, require_installed
from envs.alfworld.environment import AlfworldEnv
from envs.alfworld.folder import DOWNLOAD, Folder
from envs.alfworld.suite import FolderSuite, OfficialSuite
from envs.checks import require_at_least
from skillmem.errors import InvalidOption

__all__ = ["AlfworldEnv", "FolderSuite", "OfficialSuite", "make"]


def make(*, data: str | None = None, max_steps: int = 50) -> OfficialSuite | FolderSuite:
    """Make the suite of the games in the folder `data`, with `max_steps` commands a game.

    A folder's splits are the folders in it where one is named like an official split, `train`
    say; else its games are divided into `train` and `test`, four to one. Without `data`, they
    are those that ALFWorld's download put into `$ALFWORLD_DATA`; where
    that isn't set either, the official games that come with the repository, in whose stead
    training games can be drawn too.

    Raises:
        MissingExtra: the engine is not installed.
        InvalidOption: `max_steps` is too small, or there is no such folder.
    """
    require_at_least(1, max_steps=max_steps)
    require_installed()
    if data is not None:
        return FolderSuite(Folder(Path(data)), max_steps=max_steps)
    downloaded = os.environ.get(DATA_VARIABLE)
    if downloaded:
        return FolderSuite(_download(Path(downloaded)), max_steps=max_steps)
    return OfficialSuite(max_steps=max_steps)


def _download(path: Path) -> Folder:
    if not (path / DOWNLOAD).is_dir():
        raise InvalidOption(
            f"${DATA_VARIABLE} is {str(path)!r}, which holds no folder {DOWNLOAD}; run "
            "`alfworld-download`, or unset it to play the games that come with the repository"
        )
    return Folder(path)
