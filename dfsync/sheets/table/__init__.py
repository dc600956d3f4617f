"""A table of a spreadsheet: its cells, its rows, and what a spreadsheet program did to them."""
