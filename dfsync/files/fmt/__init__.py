"""The canonical style of files: of one file, of all of them, and its two steps, the order of keys and the layout."""
