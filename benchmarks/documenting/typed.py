"""Figures that somebody typed where they should be asked for."""

from __future__ import annotations

import re

ASKED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
CODE = re.compile(r"`[^`\n]*`")
FIGURE = re.compile(r"\d+(?:[.,]\d+)*(?: ?%)?")


def typed_figures(text: str) -> tuple[str, ...]:
    """Name the figures of a template that stand neither in an expression nor in code."""
    return tuple(FIGURE.findall(_blanked(_blanked(text, ASKED), CODE)))


def _blanked(text: str, pattern: re.Pattern[str]) -> str:
    return pattern.sub(" ", text)
