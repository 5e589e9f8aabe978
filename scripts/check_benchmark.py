"""Check the folder that a benchmark run wrote: all files, all keys, figures that agree.

Usage: python scripts/check_benchmark.py FOLDER
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RUN = (
    "command",
    "mode",
    "log",
    "builds",
    "tasks",
    "seeds",
    "ci_method",
    "policy",
    "policy_kind",
    "versions",
    "machine",
)
ARM = (
    "arm",
    "split",
    "n",
    "success_rate",
    "ci95",
    "steps_mean",
    "budget",
    "memory_tokens_mean",
    "pass_at_k",
    "by_label",
    "versus",
)
TOLERANCE = 1e-6


def complaints(folder: Path) -> Iterator[str]:
    """Say what is missing or contradicts itself."""
    results = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    yield from (f"results.json: run lacks {key}" for key in RUN if key not in results["run"])
    for arm in results["arms"]:
        yield from (f"arm {arm['arm']} lacks {key}" for key in ARM if key not in arm)
    yield from _disagreements(results, _lines(folder / "episodes.jsonl"))
    if not (folder / "report.html").read_text(encoding="utf-8").lstrip().startswith("<!"):
        yield "report.html is no HTML"
    dumps = {path.suffix for path in (folder / "memory").rglob("*") if path.is_file()}
    yield from (f"memory/ holds no {suffix}" for suffix in (".jsonl", ".md") if suffix not in dumps)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _disagreements(results: dict[str, Any], played: Iterator[dict[str, Any]]) -> Iterator[str]:
    """Count the episodes again, and compare."""
    counts: Counter[tuple[str, Any]] = Counter()
    wins: Counter[tuple[str, Any]] = Counter()
    for line in played:
        counts[line["arm"], line["budget"]] += 1
        wins[line["arm"], line["budget"]] += bool(line["success"])
    run = results["run"]
    complete = run["rounds"] == run["planned"]
    wanted = run["builds"] * run["seeds"] * run["tasks"] if complete else max(counts.values())
    for arm in results["arms"]:
        key = arm["arm"], arm["budget"]
        if not arm["n"] + arm["not_judged"] == counts[key] == wanted:
            yield f"arm {key}: n {arm['n']}, episodes {counts[key]}, wanted {wanted}"
        elif arm["n"] and abs(arm["success_rate"] - wins[key] / arm["n"]) > TOLERANCE:
            yield f"arm {key}: success rate {arm['success_rate']}, counted {wins[key] / arm['n']}"
        low, high = arm["ci95"]
        if not 0 <= low <= arm["success_rate"] <= high <= 1:
            yield f"arm {key}: the interval {arm['ci95']} misses {arm['success_rate']}"


if __name__ == "__main__":
    found = list(complaints(Path(sys.argv[1])))
    print("\n".join(found) or f"{sys.argv[1]}: complete, and its figures agree")
    sys.exit(int(bool(found)))
