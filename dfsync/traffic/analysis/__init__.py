"""Compares declared hours with observed traffic. Pure."""
