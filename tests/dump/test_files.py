"""Files are replaced as what they are: links, modes and devices stay."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from skillmem.dump import replace_file, write_whole
from skillmem.errors import InvalidOption


def test_a_link_is_followed(tmp_path: Path) -> None:
    """What a link leads to is replaced, and the link stays."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("old")
    link.symlink_to(target)

    replace_file(link, ["new"])

    assert link.is_symlink()
    assert target.read_text() == "new"


def test_the_mode_of_a_file_is_kept(tmp_path: Path) -> None:
    """A private file stays private."""
    path = tmp_path / "private"
    path.write_text("old")
    path.chmod(0o600)

    replace_file(path, ["new"])

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_new_file_has_the_mode_of_new_files(tmp_path: Path) -> None:
    """The user's mask is respected."""
    mask = os.umask(0o077)
    try:
        replace_file(tmp_path / "new", ["new"])
    finally:
        os.umask(mask)

    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


def test_what_is_no_regular_file_is_written_to(tmp_path: Path) -> None:
    """A pipe is still a pipe afterwards, and its reader got the text."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(path.read_text()), daemon=True)
    reader.start()

    replace_file(path, ["one\n", "two\n"])
    reader.join(timeout=5)

    assert read == ["one\ntwo\n"]
    assert path.is_fifo()


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    """A folder is refused by name, and stays."""
    with pytest.raises(InvalidOption, match="can't write"):
        write_whole(tmp_path, ["new"])
    assert tmp_path.is_dir()


def test_nothing_stays_of_a_file_that_fails(tmp_path: Path) -> None:
    """When the disk is full there is neither a file nor a draft of one."""

    def full() -> object:
        yield "begun"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        replace_file(tmp_path / "new", full())  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
