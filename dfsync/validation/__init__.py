"""Checks of what the files say: schema, hours, and rules across files."""
