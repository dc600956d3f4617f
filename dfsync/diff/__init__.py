"""Differences: desired against live and last applied, and one revision against another."""
