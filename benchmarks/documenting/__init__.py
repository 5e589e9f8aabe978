"""docs/benchmarks.md, from the results of runs: `scripts/document_benchmarks.py` writes it."""
