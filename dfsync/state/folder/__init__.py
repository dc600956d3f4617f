"""The folder `.dfsync`: files that are written whole, whether git tracks them, and copies that no branch overwrites."""
