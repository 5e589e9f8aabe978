"""How few lessons many failures leave, what each rests on, and whether any names a thing."""
