"""`python -m skillmem` is the command line."""

from __future__ import annotations

from skillmem.cli import main

if __name__ == "__main__":
    main()
