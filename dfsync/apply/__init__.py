"""Sends a plan so that nothing is lost, and checks that it arrived."""
