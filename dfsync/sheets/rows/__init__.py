"""Reads sites and contacts from the rows of a table."""
