"""Writes live, or a spreadsheet, into the files."""
