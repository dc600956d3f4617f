"""The documented API on loopback, for trying, tests and CI."""
