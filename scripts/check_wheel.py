"""Check the wheel: what it holds, and that it works alone in an empty environment.

Usage: python scripts/check_wheel.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
NEEDED = ("skillmem/py.typed", "skillmem/__main__.py")
MIGRATION_FOLDER = "/migrations/versions/"


def run(*command: str | Path, cwd: Path) -> None:
    """Run a command; stop everything when it fails."""
    subprocess.run(  # noqa: S603 - our own commands
        [str(part) for part in command], cwd=cwd, check=True
    )


def build(folder: Path) -> Path:
    """Build the wheel from the source tree into `folder`."""
    run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def complaints(wheel: Path) -> list[str]:
    """Say what the wheel lacks, and what it holds but must not."""
    names = ZipFile(wheel).namelist()
    strangers = {
        top
        for top in (name.split("/")[0] for name in names)
        if top != "skillmem" and not top.endswith(".dist-info")
    }
    found = [f"it holds {name}, only skillmem belongs there" for name in sorted(strangers)]
    found += [f"it lacks {name}" for name in NEEDED if name not in names]
    if not any(MIGRATION_FOLDER in name for name in names):
        found.append("it lacks the migrations")
    return found


def install(wheel: Path, folder: Path) -> Path:
    """Install the wheel and what it depends on into a new environment; give its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return python


def main() -> int:
    """Print what is wrong; 1 when anything is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        wheel = build(folder)
        found = complaints(wheel)
        for complaint in found:
            print(f"{wheel.name}: {complaint}")
        python = install(wheel, folder / "venv")
        run(python, "-m", "skillmem", "--version", cwd=folder)
        run(sys.executable, ROOT / "scripts" / "check_import.py", python, cwd=folder)
        run(python, ROOT / "scripts" / "follow_readme.py", ROOT / "README.md", cwd=folder)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
