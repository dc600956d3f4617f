"""The plan: the exact list of changes to send, its file, its limits."""
