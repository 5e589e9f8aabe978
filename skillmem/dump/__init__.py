"""The whole memory as files: JSON lines to load again, Markdown to read."""

from __future__ import annotations

from skillmem.dump.episodes import check_episodes, load_episodes
from skillmem.dump.escaping import fenced
from skillmem.dump.files import replace_file, write_whole
from skillmem.dump.jsonl import Loaded, check_jsonl, dump_jsonl, is_dump, jsonl, load_jsonl
from skillmem.dump.lines import EXHIBIT
from skillmem.dump.markdown import dump_markdown, markdown
from skillmem.dump.overview import Contents, ItemCount, ItemSummary, Overview, contents, overview
from skillmem.dump.reading import evidence, headline, item_text

__all__ = [
    "EXHIBIT",
    "Contents",
    "ItemCount",
    "ItemSummary",
    "Loaded",
    "Overview",
    "check_episodes",
    "check_jsonl",
    "contents",
    "dump_jsonl",
    "dump_markdown",
    "evidence",
    "fenced",
    "headline",
    "is_dump",
    "item_text",
    "jsonl",
    "load_episodes",
    "load_jsonl",
    "markdown",
    "overview",
    "replace_file",
    "write_whole",
]
