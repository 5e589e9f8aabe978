"""Write docs/benchmarks.md and its plots from the results in benchmarks/results.

Usage: python -m scripts.document_benchmarks [--check | --add FOLDER [--episodes] | --again NAME]
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.documenting.adding import add_run, figure_again
from benchmarks.documenting.documents import Documents
from benchmarks.documenting.figures import NoSuchFigure
from benchmarks.documenting.runs import UnreadableRun

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str]) -> int:
    """Write, or check; 1 when the check finds something, 2 when results or a text are wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing, say what differs")
    parser.add_argument("--add", type=Path, metavar="FOLDER", help="keep this benchmark's results")
    parser.add_argument("--episodes", action="store_true", help="with --add: its episodes too")
    parser.add_argument("--again", metavar="NAME", help="make its figures from kept episodes")
    options = parser.parse_args(arguments)
    try:
        return _check(Documents(ROOT)) if options.check else _write(Documents(ROOT), options)
    except (NoSuchFigure, UnreadableRun) as error:
        print(error)
        return 2


def _check(documents: Documents) -> int:
    found = list(documents.complaints())
    print("\n".join(found) or f"{documents.page.name}: as the results give it")
    return int(bool(found))


def _write(documents: Documents, options: argparse.Namespace) -> int:
    if options.add is not None:
        print(add_run(options.add, documents.results, episodes=options.episodes))
    if options.again is not None:
        print(figure_again(documents.results / options.again))
    for path in documents.write():
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
