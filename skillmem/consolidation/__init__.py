"""Episodes to memory items: successes to demonstrations, failures to lessons."""

from skillmem.consolidation.comparison import Comparison, comparer
from skillmem.consolidation.distiller import BuiltInDistiller
from skillmem.consolidation.findings import Findings, Instruments, distil, distil_by, learn_words
from skillmem.consolidation.merging import Merged, merge
from skillmem.consolidation.reconsidering import to_reconsider
from skillmem.consolidation.triage import FailureCause, Triage, triage
from skillmem.consolidation.verdicts import verdict
from skillmem.consolidation.waiting import News

__all__ = [
    "BuiltInDistiller",
    "Comparison",
    "FailureCause",
    "Findings",
    "Instruments",
    "Merged",
    "News",
    "Triage",
    "comparer",
    "distil",
    "distil_by",
    "learn_words",
    "merge",
    "to_reconsider",
    "triage",
    "verdict",
]
