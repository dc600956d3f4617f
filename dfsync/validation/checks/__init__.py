"""The parts of a check: of one file, of many files, and of what only shows across them."""
