"""Structure mined from runs: entities, action templates, skeletons, alignment."""

from skillmem.structure.alignment import align, divergence
from skillmem.structure.finder import LearntEntityFinder, reclassified
from skillmem.structure.masking import mask_goal
from skillmem.structure.skeletons import signature, skeleton
from skillmem.structure.templates import Reader, Template, reader

__all__ = [
    "LearntEntityFinder",
    "Reader",
    "Template",
    "align",
    "divergence",
    "mask_goal",
    "reader",
    "reclassified",
    "signature",
    "skeleton",
]
