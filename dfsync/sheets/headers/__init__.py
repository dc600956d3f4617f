"""The headers of a table: where they are, what their words mean, and those that dfsync writes itself."""
