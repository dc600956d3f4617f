"""Tokens: from the environment, refreshed, cached, and what is known of them."""
