"""How well failures are told apart by cause, on faults that were put into real runs.

Usage: python -m benchmarks.triage [--half developed|kept] [--each N] [--list]
       python -m benchmarks.triage --episodes FILE.jsonl
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.triage.injections import EXPECTED
from benchmarks.triage.recorded import causes
from benchmarks.triage.runs import Failure, studio
from skillmem.consolidation import FailureCause, Triage

CAUSES: tuple[FailureCause, ...] = ("mistake", "limit", "task", "fault", "unknown")
ASKED = 0.95
Told = tuple[Failure, Triage]


def main(arguments: Sequence[str]) -> int:
    """Print the table; 1 when less than 0.95 of what is called a mistake is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("developed", "kept"), default="kept")
    parser.add_argument("--each", type=int, default=100, help="failures of each kind")
    parser.add_argument("--list", action="store_true", help="tell each failure")
    parser.add_argument("--episodes", type=Path, help="tell recorded episodes' causes instead")
    options = parser.parse_args(arguments)
    if options.episodes is not None:
        for reason, count in causes(options.episodes).most_common():
            print(f"{count:5}  {reason}")
        return 0
    with studio(options.half) as place:
        told = [
            (failure, place.triage(failure))
            for injected in EXPECTED
            for failure in place.failures(injected, options.each)
        ]
    for failure, found in told if options.list else ():
        print(f"{failure.injected:10} {found.cause:8} {found.reason} ({failure.how})")
    _print_table(told)
    return int(_precision(told) < ASKED)


def _print_table(told: Iterable[Told]) -> None:
    told = list(told)
    counts = Counter((failure.injected, found.cause) for failure, found in told)
    print(f"{'put in':12}" + "".join(f"{cause:>9}" for cause in CAUSES))
    for injected in EXPECTED:
        print(f"{injected:12}" + "".join(f"{counts[injected, cause]:9}" for cause in CAUSES))
    called = sum(found.cause == "mistake" for _, found in told)
    print(f"of {called} called mistakes {_precision(told):.3f} are; at least {ASKED} should be")


def _precision(told: Iterable[Told]) -> float:
    called = [failure.injected for failure, found in told if found.cause == "mistake"]
    return called.count("mistake") / len(called) if called else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
