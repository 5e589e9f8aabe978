"""What to say of a run whose time was over before there was anything to compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

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
    # Arms differ widely in pace: the slowest known one stands for those that aren't known.
    spent = [sum(entry.seconds for entry in folder.get(unit)) for unit in done]
    pace = max(spent)
    return (
        f"; a unit took up to {duration(pace)} of playing, a round of {size} takes up to about "
        f"{duration(size * pace)}, and the first lacks {short} of them, up to "
        f"about {duration(short * pace)}"
    )
