"""Measures how fast dfsync is, compared with its peers and with floors: `python -m benchmarks --help`."""
