"""What to say of a run whose time was over before there was anything to compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean

from skillmem.errors import BenchmarkUnfinished
from skillmem.evals.folder import RunFolder
from skillmem.evals.plan import Plan, WorkUnit
from skillmem.evals.wording import duration


def unfinished(plan: Plan, units: Sequence[WorkUnit], folder: RunFolder) -> BenchmarkUnfinished:
    """Make the error that says how far a run came, and at its pace how far it is from a result."""
    done = [unit for unit in units if folder.has(unit)]
    parts = [f"{len(done)} of {len(units)} units"]
    if plan.mode == "offline":
        prepared = sum(folder.has_build(build) for build in range(plan.builds))
        parts.insert(0, f"{prepared} of {plan.builds} builds")
    if begun := folder.begun_episodes():
        parts.append(f"{begun} episodes of what was begun")
    return BenchmarkUnfinished(
        f"time was over before every arm had played one round; done so far: {', '.join(parts)}"
        f"{_outlook(units, done, folder)}. All of it is kept: the same command goes on. Fewer "
        "--arms, --builds or --train, in another folder (--out), would sooner give a result"
    )


def _outlook(units: Sequence[WorkUnit], done: Sequence[WorkUnit], folder: RunFolder) -> str:
    """Say what the first whole round needs yet; nothing while no unit tells how long one takes."""
    if not done:
        return ""
    lacking = Counter(unit.round for unit in units)
    size = max(lacking.values())
    lacking.subtract(unit.round for unit in done)
    short = min(lacking.values())
    pace = fmean(sum(entry.seconds for entry in folder.get(unit)) for unit in done)
    return (
        f"; a unit took {duration(pace)} of playing, a round of {size} takes about "
        f"{duration(size * pace)}, and the first lacks {short} of them, "
        f"about {duration(short * pace)}"
    )
