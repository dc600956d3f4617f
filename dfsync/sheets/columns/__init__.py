"""The field of each column: proposed, agreed to, and kept in dfsync.yaml."""
