"""From a plan to the bytes that are uploaded."""
