"""Reads YAML so that text stays text, and finds the place of each value."""
