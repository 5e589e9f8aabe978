"""Speed, and the runs of the benchmark that docs/benchmarks.md tells of."""
