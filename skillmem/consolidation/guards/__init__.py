"""Guards: the checkable form of lessons, mined by contrast and rechecked by every success."""

from skillmem.consolidation.guards.checking import check
from skillmem.consolidation.guards.upkeep import Judgement, Rechecked, is_due, renew, uphold

__all__ = ["Judgement", "Rechecked", "check", "is_due", "renew", "uphold"]
