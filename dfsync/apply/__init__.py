"""Sending a plan so that nothing is lost, and showing that it arrived."""
