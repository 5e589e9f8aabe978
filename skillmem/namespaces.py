"""Whose memory it is: labels, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence

from skillmem.errors import InvalidNamespace

Namespace = tuple[str, ...]


def require_namespace(labels: Sequence[str]) -> Namespace:
    """Make a namespace of `labels`, if there is one at least and each of them is usable.

    Raises:
        InvalidNamespace: there is none, or one is empty, holds `/` or `.`, or can't be printed.
    """
    if isinstance(labels, str) or not labels:
        raise InvalidNamespace(
            f"{labels!r} is not a namespace; pass its labels, such as ('acme', 'kitchen-bot')"
        )
    for label in labels:
        if not label or "/" in label or "." in label or not label.isprintable():
            raise InvalidNamespace(
                f"label {label!r} of namespace {tuple(labels)!r} can't be used; "
                "a label is printable, not empty, and holds neither '/' nor '.'"
            )
    return tuple(labels)


def parse_namespace(text: str) -> Namespace:
    """Read `acme/kitchen-bot` as `("acme", "kitchen-bot")`.

    Raises:
        InvalidNamespace: a label can't be used.
    """
    return require_namespace(text.split("/"))


def format_namespace(namespace: Namespace) -> str:
    """Write `("acme", "kitchen-bot")` as `acme/kitchen-bot`, which parses back.

    Raises:
        InvalidNamespace: a label can't be used.
    """
    return "/".join(require_namespace(namespace))
