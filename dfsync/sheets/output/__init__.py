"""Spreadsheets that dfsync writes: one for people to edit, and a copy with its problems marked."""
