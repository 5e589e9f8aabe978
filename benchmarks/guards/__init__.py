"""How precise guards are on fresh runs, and how many failures break them."""
