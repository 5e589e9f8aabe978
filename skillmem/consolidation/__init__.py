"""Episodes to memory items: successes to demonstrations, failures to lessons."""

from skillmem.consolidation.comparison import Comparison, comparer
from skillmem.consolidation.critiques import criticise
from skillmem.consolidation.distiller import BuiltInDistiller
from skillmem.consolidation.findings import Findings, Instruments, distil, distil_by, learn_words
from skillmem.consolidation.guards import Judgement, Rechecked, check, is_due, renew, uphold
from skillmem.consolidation.merging import Merged, content, merge, placed
from skillmem.consolidation.outgrown import outgrown
from skillmem.consolidation.reconsidering import to_reconsider
from skillmem.consolidation.spending import Ledger, cost_of
from skillmem.consolidation.triage import FailureCause, Triage, triage
from skillmem.consolidation.verdicts import distrust, verdict
from skillmem.consolidation.waiting import News

__all__ = [
    "BuiltInDistiller",
    "Comparison",
    "FailureCause",
    "Findings",
    "Instruments",
    "Judgement",
    "Ledger",
    "Merged",
    "News",
    "Rechecked",
    "Triage",
    "check",
    "comparer",
    "content",
    "cost_of",
    "criticise",
    "distil",
    "distil_by",
    "distrust",
    "is_due",
    "learn_words",
    "merge",
    "outgrown",
    "placed",
    "renew",
    "to_reconsider",
    "triage",
    "uphold",
    "verdict",
]
