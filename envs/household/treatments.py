"""Cleaning, heating and cooling: with which verb, at which receptacles, for which tasks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from envs.household.games import TaskType
from envs.household.library import tables


class Treatment(NamedTuple):
    """How an object is changed: the verb, and the receptacle types that do it."""

    verb: str
    receptacles: frozenset[str]

    def object_types(self) -> frozenset[str]:
        """Give the object types that can be treated so."""
        affordances = tables().affordances
        able: Mapping[str, frozenset[str]] = {
            "clean": affordances.cleanable,
            "heat": affordances.heatable,
            "cool": affordances.coolable,
        }
        return able[self.verb]


TREATMENTS: Mapping[TaskType, Treatment] = {
    "pick_clean_then_place_in_recep": Treatment("clean", frozenset({"Sink", "SinkBasin"})),
    "pick_heat_then_place_in_recep": Treatment("heat", frozenset({"Microwave"})),
    "pick_cool_then_place_in_recep": Treatment("cool", frozenset({"Fridge"})),
}
