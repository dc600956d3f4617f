"""Which column is which field: proposed, agreed to, and kept in dfsync.yaml."""
