"""Optional packages: how to say that one is missing, and the command that installs it."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path

from skillmem.errors import MissingDependency, MissingExtra

DISTRIBUTION = "langgraph-skillmem"
ROOT = Path(__file__).resolve().parent.parent


def installing(*extras: str) -> str:
    """Give the command that installs extras: from the checkout that this runs from, if it does."""
    names = ",".join(dict.fromkeys(extras))
    if not _is_checkout(ROOT):
        return f"pip install '{DISTRIBUTION}[{names}]'"
    place = "." if Path.cwd() == ROOT else str(ROOT)
    return f"pip install -e {shlex.quote(f'{place}[{names}]')}"


def missing_extra(lacking: str, *extras: str, further: str = "") -> MissingExtra:
    """Make the error that says what is lacking, and which commands install it.

    `further` is a command that has to follow the extras'.
    """
    commands = " && ".join(filter(None, (installing(*extras), further)))
    error = MissingExtra(f"{lacking}: {commands}")
    error.lacking, error.extras, error.further = lacking, extras, further
    return error


def all_missing(errors: Sequence[MissingDependency]) -> MissingDependency:
    """Make one error of several: all that is missing, and one command for all extras."""
    if len(errors) == 1:
        return errors[0]
    ours = [error for error in errors if isinstance(error, MissingExtra) and error.extras]
    others = [str(error) for error in errors if error not in ours]
    if not ours:
        return MissingDependency("; ".join(others))
    return missing_extra(
        "; ".join((*others, *(error.lacking for error in ours))),
        *(extra for error in ours for extra in error.extras),
        further=" && ".join(filter(None, (error.further for error in ours))),
    )


def _is_checkout(root: Path) -> bool:
    """Tell whether the folder is a checkout of this project, and not where it was installed."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
        return bool(project["project"]["name"] == DISTRIBUTION)
    except (OSError, ValueError, KeyError):
        return False
