"""Renders what is known of a site: in its files and where, in live, and at the last apply."""
