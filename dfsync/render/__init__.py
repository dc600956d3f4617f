"""Renders a plan as the CSV sheets that are uploaded."""
