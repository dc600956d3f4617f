"""Tables that are generated from others' data, or copied from them."""
