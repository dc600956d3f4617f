"""dfsync: Dragonfruit sites, contacts and opening hours as reviewed files in git."""

__version__ = "0.1.0"
