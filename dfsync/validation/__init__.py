"""Checks the files: schema, hours, and rules within and across files."""
