"""The keys by which an episode's metadata says how it was played, for writers and readers alike."""

from __future__ import annotations

ERROR = "error"
"""Why the episode has no verdict, as text."""
ENVIRONMENT_BROKE = "environment_broke"
"""`True` if the reason is that the environment raised, so that another may do."""
MODEL_UNAVAILABLE = "model_unavailable"
"""`True` if the reason is that the agent's model can't be had, so that playing on is of no use."""
USAGE = "usage"
"""What a model took: `calls`, `prompt_tokens`, `completion_tokens`, `seconds`."""
REFINES = "refines"
"""The id of the failed attempt at the same task that this one had the critique of."""
CRITIQUE = "critique"
"""That critique, as it was told."""
