"""The outcomes of an apply: of a row, of a field, and the events that report them."""
