"""What dfsync remembers of a target: last applied, history, locks."""
