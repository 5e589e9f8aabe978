"""The whole memory as files: JSON lines to load again, Markdown to read."""

from __future__ import annotations

from skillmem.dump.episodes import load_episodes
from skillmem.dump.files import write_whole
from skillmem.dump.jsonl import Loaded, check_jsonl, dump_jsonl, is_dump, jsonl, load_jsonl
from skillmem.dump.markdown import dump_markdown, markdown
from skillmem.dump.overview import ItemCount, Overview, overview
from skillmem.dump.reading import headline, item_text

__all__ = [
    "ItemCount",
    "Loaded",
    "Overview",
    "check_jsonl",
    "dump_jsonl",
    "dump_markdown",
    "headline",
    "is_dump",
    "item_text",
    "jsonl",
    "load_episodes",
    "load_jsonl",
    "markdown",
    "overview",
    "write_whole",
]
