"""The results of a check: what is kept of each file, what the last check stored, and what has not changed since."""
