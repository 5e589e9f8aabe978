"""What helps with a task: found, ranked, packed under an exact budget, and accounted for.

`retrieve` composes it for a memory's items. `choose` does the same for anything that has a
goal, a skeleton and rungs of text: `Rankable`s in a `Catalogue`.
"""

from skillmem.retrieval.packing import Block, Packed, pack
from skillmem.retrieval.query import Query, make_query
from skillmem.retrieval.ranking import Candidate, Catalogue, Found, Judged, Rankable, Ranking, rank
from skillmem.retrieval.retriever import Search, Snapshot, Tools, choose, fingerprint, retrieve

__all__ = [
    "Block",
    "Candidate",
    "Catalogue",
    "Found",
    "Judged",
    "Packed",
    "Query",
    "Rankable",
    "Ranking",
    "Search",
    "Snapshot",
    "Tools",
    "choose",
    "fingerprint",
    "make_query",
    "pack",
    "rank",
    "retrieve",
]
