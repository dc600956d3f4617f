"""A table of a spreadsheet: its cells, its rows, and damage by spreadsheet programs."""
