"""How fast dfsync is, beside its peers and the floors below it: `python -m benchmarks --help`."""
