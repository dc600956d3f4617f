"""The lock of a target: who holds it, on this machine and in a git ref, and when another apply takes it over."""
