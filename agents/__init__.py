"""Reference agents: policies, and the loops that run them."""
