"""Episodes to memory items: successes to demonstrations, failures to lessons."""

from skillmem.consolidation.distiller import BuiltInDistiller
from skillmem.consolidation.findings import Findings, Instruments, distil, learn_words
from skillmem.consolidation.merging import Merged, merge
from skillmem.consolidation.verdicts import verdict

__all__ = [
    "BuiltInDistiller",
    "Findings",
    "Instruments",
    "Merged",
    "distil",
    "learn_words",
    "merge",
    "verdict",
]
