"""The benchmark: one agent, one log, every arm, and intervals one may believe."""
