"""Where a store lives: a folder, or a SQLAlchemy URL."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from skillmem.errors import InvalidOption, StoreUnavailable

FILE_NAME = "skillmem.db"


class Location(NamedTuple):
    """The URL of a database, and how a message names it."""

    url: URL
    place: str


def locate(location: str | Path) -> Location:
    """Find the database of a folder, which is created if it is new, or of a URL.

    Raises:
        InvalidOption: the URL can't be read, or is of a kind that isn't served.
        StoreUnavailable: the folder can't be created, or is no folder.
    """
    if isinstance(location, str) and "://" in location:
        return _locate_url(location)
    return _locate_folder(Path(location))


def _locate_folder(folder: Path) -> Location:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise StoreUnavailable(
            f"{folder} is a file; name a folder, or a URL such as sqlite:///{folder}"
        ) from error
    except OSError as error:
        raise StoreUnavailable(
            f"the folder {folder} can't be created ({error.strerror}); "
            "name one in a place that can be written"
        ) from error
    file = folder / FILE_NAME
    return Location(url=URL.create("sqlite", database=str(file)), place=str(file))


def _locate_url(text: str) -> Location:
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise InvalidOption(
            f"{text!r} is not a SQLAlchemy URL; write sqlite:///FILE or name a folder"
        ) from error
    place = url.render_as_string(hide_password=True)
    if url.get_backend_name() != "sqlite":
        raise InvalidOption(f"{place} is not served; write sqlite:///FILE or name a folder")
    if url.database in (None, "", ":memory:"):
        raise InvalidOption(f"{place} names no file; write sqlite:///FILE or name a folder")
    return Location(url=url, place=place)
