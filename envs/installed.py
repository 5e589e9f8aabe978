"""Which releases of an engine's packages are installed."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version


def releases(*packages: str) -> str:
    """Name each package with its release; those that aren't installed are left out."""
    return ", ".join(_found(packages))


def _found(packages: tuple[str, ...]) -> Iterator[str]:
    for package in packages:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            continue
