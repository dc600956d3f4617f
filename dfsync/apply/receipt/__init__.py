"""The receipt: what an apply did, row by row."""
