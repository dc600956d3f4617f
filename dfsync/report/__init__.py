"""Renders findings, plans and receipts as text, Markdown, HTML and JSON."""
