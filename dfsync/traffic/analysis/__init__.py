"""Declared hours against observed traffic: pure values in, findings out."""
