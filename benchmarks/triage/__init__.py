"""How well failures are told apart by their causes, on faults injected into real runs."""
