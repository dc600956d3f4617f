"""The headers of a table: finding them, the meaning of their words, and the headers that dfsync writes."""
